ALTER TABLE village ADD COLUMN screen_on TEXT DEFAULT '' NOT NULL

ALTER TABLE village ADD COLUMN screen_off TEXT DEFAULT '' NOT NULL

ALTER TABLE village ADD COLUMN open_ledger INTEGER DEFAULT '1' NOT NULL

ALTER TABLE publication ADD COLUMN draw_source TEXT DEFAULT '' NOT NULL

ALTER TABLE publication ADD COLUMN kin_relations INTEGER

ALTER TABLE settlement ADD COLUMN early_reason TEXT DEFAULT '' NOT NULL

CREATE TABLE remark (
  id INTEGER NOT NULL,
  village_id INTEGER NOT NULL,
  event_id INTEGER NOT NULL,
  kind TEXT NOT NULL CONSTRAINT ck_remark_kind CHECK (kind IN ('question', 'answer')),
  account_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  made_at TEXT NOT NULL,
  words TEXT NOT NULL,
  photo TEXT NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_remark_village_id FOREIGN KEY(village_id) REFERENCES village (id),
  CONSTRAINT fk_remark_event_id FOREIGN KEY(event_id) REFERENCES event (id),
  CONSTRAINT fk_remark_account_id FOREIGN KEY(account_id) REFERENCES account (id)
) STRICT

CREATE INDEX ix_remark_event_id ON remark (event_id)

CREATE TABLE declaration (
  id INTEGER NOT NULL,
  village_id INTEGER NOT NULL,
  submission_key TEXT NOT NULL,
  household_id INTEGER NOT NULL,
  member_id INTEGER,
  item TEXT NOT NULL,
  occurred_on TEXT NOT NULL,
  place TEXT NOT NULL,
  reason TEXT NOT NULL,
  photo TEXT NOT NULL,
  declared_at TEXT NOT NULL,
  state TEXT NOT NULL CONSTRAINT ck_declaration_state CHECK (state IN ('waiting', 'taken', 'declined')),
  event_id INTEGER,
  answer TEXT NOT NULL,
  account_id INTEGER,
  answered_by TEXT NOT NULL,
  answered_at TEXT,
  PRIMARY KEY (id),
  CONSTRAINT uq_declaration_village_id_submission_key UNIQUE (village_id, submission_key),
  CONSTRAINT fk_declaration_village_id FOREIGN KEY(village_id) REFERENCES village (id),
  CONSTRAINT fk_declaration_household_id FOREIGN KEY(household_id) REFERENCES household (id),
  CONSTRAINT fk_declaration_member_id FOREIGN KEY(member_id) REFERENCES member (id),
  CONSTRAINT fk_declaration_event_id FOREIGN KEY(event_id) REFERENCES event (id),
  CONSTRAINT fk_declaration_account_id FOREIGN KEY(account_id) REFERENCES account (id)
) STRICT

CREATE INDEX ix_declaration_household_id ON declaration (household_id)

CREATE INDEX ix_declaration_village_id_state ON declaration (village_id, state)

CREATE TABLE objection (
  id INTEGER NOT NULL,
  village_id INTEGER NOT NULL,
  submission_key TEXT NOT NULL,
  number INTEGER NOT NULL,
  start INTEGER NOT NULL,
  about INTEGER NOT NULL,
  kind TEXT NOT NULL CONSTRAINT ck_objection_kind CHECK (kind IN ('event', 'missing', 'rank')),
  household_id INTEGER,
  event_id INTEGER,
  source TEXT NOT NULL CONSTRAINT ck_objection_source CHECK (source IN ('household', 'notice', 'office')),
  raised_at TEXT NOT NULL,
  due_on TEXT NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT uq_objection_village_id_number UNIQUE (village_id, number),
  CONSTRAINT uq_objection_village_id_submission_key UNIQUE (village_id, submission_key),
  CONSTRAINT fk_objection_village_id FOREIGN KEY(village_id) REFERENCES village (id),
  CONSTRAINT fk_objection_household_id FOREIGN KEY(household_id) REFERENCES household (id),
  CONSTRAINT fk_objection_event_id FOREIGN KEY(event_id) REFERENCES event (id)
) STRICT

CREATE INDEX ix_objection_household_id ON objection (household_id)

CREATE INDEX ix_objection_village_id_start ON objection (village_id, start)

CREATE TABLE objection_note (
  objection_id INTEGER NOT NULL,
  words TEXT NOT NULL,
  name TEXT NOT NULL,
  contact TEXT NOT NULL,
  raiser_id INTEGER,
  PRIMARY KEY (objection_id),
  CONSTRAINT fk_objection_note_objection_id FOREIGN KEY(objection_id) REFERENCES objection (id),
  CONSTRAINT fk_objection_note_raiser_id FOREIGN KEY(raiser_id) REFERENCES household (id)
) STRICT

CREATE INDEX ix_objection_note_raiser_id ON objection_note (raiser_id)

CREATE TABLE objection_answer (
  objection_id INTEGER NOT NULL,
  outcome TEXT NOT NULL CONSTRAINT ck_objection_answer_outcome CHECK (outcome IN ('upheld', 'rejected')),
  reason TEXT NOT NULL,
  event_id INTEGER,
  account_id INTEGER NOT NULL,
  answered_by TEXT NOT NULL,
  answered_at TEXT NOT NULL,
  PRIMARY KEY (objection_id),
  CONSTRAINT fk_objection_answer_objection_id FOREIGN KEY(objection_id) REFERENCES objection (id),
  CONSTRAINT fk_objection_answer_event_id FOREIGN KEY(event_id) REFERENCES event (id),
  CONSTRAINT fk_objection_answer_account_id FOREIGN KEY(account_id) REFERENCES account (id)
) STRICT

CREATE TABLE draw (
  village_id INTEGER NOT NULL,
  start INTEGER NOT NULL,
  public_number TEXT NOT NULL,
  previous TEXT NOT NULL,
  seed TEXT NOT NULL,
  account_id INTEGER,
  drawn_by TEXT NOT NULL,
  drawn_at TEXT NOT NULL,
  PRIMARY KEY (village_id, start),
  CONSTRAINT fk_draw_village_id FOREIGN KEY(village_id) REFERENCES village (id),
  CONSTRAINT fk_draw_account_id FOREIGN KEY(account_id) REFERENCES account (id)
) STRICT

CREATE TABLE drawn (
  village_id INTEGER NOT NULL,
  start INTEGER NOT NULL,
  place INTEGER NOT NULL,
  event_id INTEGER NOT NULL,
  PRIMARY KEY (village_id, start, place),
  CONSTRAINT fk_drawn_village_id FOREIGN KEY(village_id) REFERENCES village (id),
  CONSTRAINT fk_drawn_event_id FOREIGN KEY(event_id) REFERENCES event (id)
) STRICT

CREATE TABLE inspection (
  village_id INTEGER NOT NULL,
  start INTEGER NOT NULL,
  event_id INTEGER NOT NULL,
  outcome TEXT NOT NULL CONSTRAINT ck_inspection_outcome CHECK (outcome IN ('confirmed', 'doubtful', 'wrong')),
  remark TEXT NOT NULL,
  inspected_by TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  inspected_at TEXT NOT NULL,
  PRIMARY KEY (village_id, start, event_id),
  CONSTRAINT fk_inspection_village_id FOREIGN KEY(village_id) REFERENCES village (id),
  CONSTRAINT fk_inspection_event_id FOREIGN KEY(event_id) REFERENCES event (id),
  CONSTRAINT fk_inspection_account_id FOREIGN KEY(account_id) REFERENCES account (id)
) STRICT

CREATE TABLE honour_decision (
  id INTEGER NOT NULL,
  village_id INTEGER NOT NULL,
  year INTEGER NOT NULL,
  honour TEXT NOT NULL,
  household_id INTEGER NOT NULL,
  decision TEXT NOT NULL CONSTRAINT ck_honour_decision_decision CHECK (decision IN ('recommended', 'granted', 'declined', 'withdrawn', 'barred')),
  reason TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  decided_by TEXT NOT NULL,
  decided_at TEXT NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_honour_decision_village_id FOREIGN KEY(village_id) REFERENCES village (id),
  CONSTRAINT fk_honour_decision_household_id FOREIGN KEY(household_id) REFERENCES household (id),
  CONSTRAINT fk_honour_decision_account_id FOREIGN KEY(account_id) REFERENCES account (id)
) STRICT

CREATE INDEX ix_honour_decision_household_id ON honour_decision (household_id)

CREATE INDEX ix_honour_decision_village_id_year ON honour_decision (village_id, year)

CREATE TABLE reward (
  id INTEGER NOT NULL,
  village_id INTEGER NOT NULL,
  submission_key TEXT NOT NULL,
  year INTEGER NOT NULL,
  household_id INTEGER NOT NULL,
  kind TEXT NOT NULL CONSTRAINT ck_reward_kind CHECK (kind IN ('honour', 'policy', 'goods')),
  what TEXT NOT NULL,
  reason TEXT NOT NULL,
  decided_on TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  noted_by TEXT NOT NULL,
  noted_at TEXT NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_reward_village_id FOREIGN KEY(village_id) REFERENCES village (id),
  CONSTRAINT uq_reward_submission_key UNIQUE (submission_key),
  CONSTRAINT fk_reward_household_id FOREIGN KEY(household_id) REFERENCES household (id),
  CONSTRAINT fk_reward_account_id FOREIGN KEY(account_id) REFERENCES account (id)
) STRICT

CREATE INDEX ix_reward_village_id_year ON reward (village_id, year)

CREATE TABLE reward_cancellation (
  reward_id INTEGER NOT NULL,
  reason TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  cancelled_by TEXT NOT NULL,
  cancelled_at TEXT NOT NULL,
  PRIMARY KEY (reward_id),
  CONSTRAINT fk_reward_cancellation_reward_id FOREIGN KEY(reward_id) REFERENCES reward (id),
  CONSTRAINT fk_reward_cancellation_account_id FOREIGN KEY(account_id) REFERENCES account (id)
) STRICT

CREATE TABLE activity (
  id INTEGER NOT NULL,
  village_id INTEGER,
  account_id INTEGER,
  name TEXT NOT NULL,
  done_at TEXT NOT NULL,
  topic TEXT NOT NULL,
  sentence TEXT NOT NULL,
  details TEXT NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_activity_village_id FOREIGN KEY(village_id) REFERENCES village (id),
  CONSTRAINT fk_activity_account_id FOREIGN KEY(account_id) REFERENCES account (id)
) STRICT

CREATE INDEX ix_activity_village_id_done_at ON activity (village_id, done_at)

CREATE TABLE broadcast (
  village_id INTEGER NOT NULL,
  start INTEGER NOT NULL,
  words TEXT NOT NULL,
  saved_by TEXT NOT NULL,
  saved_at TEXT NOT NULL,
  PRIMARY KEY (village_id, start),
  CONSTRAINT fk_broadcast_village_id FOREIGN KEY(village_id) REFERENCES village (id)
) STRICT

CREATE TABLE message (
  id INTEGER NOT NULL,
  village_id INTEGER NOT NULL,
  words TEXT NOT NULL,
  first_day TEXT NOT NULL,
  last_day TEXT NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_message_village_id FOREIGN KEY(village_id) REFERENCES village (id)
) STRICT

CREATE INDEX ix_message_village_id_last_day ON message (village_id, last_day)

CREATE TRIGGER remark_no_update BEFORE UPDATE ON remark BEGIN SELECT RAISE(ABORT, 'remark is append-only'); END

CREATE TRIGGER remark_no_delete BEFORE DELETE ON remark BEGIN SELECT RAISE(ABORT, 'remark is append-only'); END

CREATE TRIGGER objection_no_update BEFORE UPDATE ON objection BEGIN SELECT RAISE(ABORT, 'objection is append-only'); END

CREATE TRIGGER objection_no_delete BEFORE DELETE ON objection BEGIN SELECT RAISE(ABORT, 'objection is append-only'); END

CREATE TRIGGER objection_answer_no_update BEFORE UPDATE ON objection_answer BEGIN SELECT RAISE(ABORT, 'objection_answer is append-only'); END

CREATE TRIGGER objection_answer_no_delete BEFORE DELETE ON objection_answer BEGIN SELECT RAISE(ABORT, 'objection_answer is append-only'); END

CREATE TRIGGER draw_no_update BEFORE UPDATE ON draw BEGIN SELECT RAISE(ABORT, 'draw is append-only'); END

CREATE TRIGGER draw_no_delete BEFORE DELETE ON draw BEGIN SELECT RAISE(ABORT, 'draw is append-only'); END

CREATE TRIGGER drawn_no_update BEFORE UPDATE ON drawn BEGIN SELECT RAISE(ABORT, 'drawn is append-only'); END

CREATE TRIGGER drawn_no_delete BEFORE DELETE ON drawn BEGIN SELECT RAISE(ABORT, 'drawn is append-only'); END

CREATE TRIGGER inspection_no_update BEFORE UPDATE ON inspection BEGIN SELECT RAISE(ABORT, 'inspection is append-only'); END

CREATE TRIGGER inspection_no_delete BEFORE DELETE ON inspection BEGIN SELECT RAISE(ABORT, 'inspection is append-only'); END

CREATE TRIGGER honour_decision_no_update BEFORE UPDATE ON honour_decision BEGIN SELECT RAISE(ABORT, 'honour_decision is append-only'); END

CREATE TRIGGER honour_decision_no_delete BEFORE DELETE ON honour_decision BEGIN SELECT RAISE(ABORT, 'honour_decision is append-only'); END

CREATE TRIGGER reward_no_update BEFORE UPDATE ON reward BEGIN SELECT RAISE(ABORT, 'reward is append-only'); END

CREATE TRIGGER reward_no_delete BEFORE DELETE ON reward BEGIN SELECT RAISE(ABORT, 'reward is append-only'); END

CREATE TRIGGER reward_cancellation_no_update BEFORE UPDATE ON reward_cancellation BEGIN SELECT RAISE(ABORT, 'reward_cancellation is append-only'); END

CREATE TRIGGER reward_cancellation_no_delete BEFORE DELETE ON reward_cancellation BEGIN SELECT RAISE(ABORT, 'reward_cancellation is append-only'); END

CREATE TRIGGER activity_no_update BEFORE UPDATE ON activity BEGIN SELECT RAISE(ABORT, 'activity is append-only'); END

CREATE TRIGGER activity_no_delete BEFORE DELETE ON activity BEGIN SELECT RAISE(ABORT, 'activity is append-only'); END
