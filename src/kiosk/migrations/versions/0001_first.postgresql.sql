CREATE TABLE heartbeat (
  id SERIAL NOT NULL CONSTRAINT ck_heartbeat_one_row CHECK (id = 1),
  beaten_at TEXT NOT NULL,
  PRIMARY KEY (id)
)

CREATE TABLE login_attempt (
  id SERIAL NOT NULL,
  counter TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (id)
)

CREATE INDEX ix_login_attempt_counter_at ON login_attempt (counter, at)

CREATE TABLE rulebook (
  id SERIAL NOT NULL,
  title TEXT NOT NULL,
  applies_from TEXT NOT NULL,
  added_at TEXT NOT NULL,
  added_by TEXT NOT NULL,
  content TEXT NOT NULL,
  digest TEXT NOT NULL,
  PRIMARY KEY (id)
)

CREATE TABLE seal (
  revision TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  sealed_at TEXT NOT NULL,
  PRIMARY KEY (revision)
)

CREATE TABLE village (
  id SERIAL NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  public_names TEXT CONSTRAINT ck_village_public_names CHECK (public_names IN ('full', 'masked', 'code')),
  contact TEXT DEFAULT '' NOT NULL,
  screen_inches INTEGER DEFAULT '55' NOT NULL,
  screen_metres INTEGER DEFAULT '5' NOT NULL,
  screen_theme TEXT DEFAULT 'auto' NOT NULL,
  screen_message TEXT DEFAULT '' NOT NULL,
  revision INTEGER DEFAULT '0' NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT uq_village_code UNIQUE (code)
)

CREATE TABLE household (
  id SERIAL NOT NULL,
  village_id INTEGER NOT NULL,
  code TEXT NOT NULL,
  group_name TEXT DEFAULT '' NOT NULL,
  address TEXT DEFAULT '' NOT NULL,
  residency TEXT NOT NULL CONSTRAINT ck_household_residency CHECK (residency IN ('local', 'resident')),
  token TEXT NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT uq_household_village_id_code UNIQUE (village_id, code),
  CONSTRAINT fk_household_village_id FOREIGN KEY(village_id) REFERENCES village (id),
  CONSTRAINT uq_household_token UNIQUE (token)
)

CREATE TABLE publication (
  village_id INTEGER NOT NULL,
  start INTEGER NOT NULL,
  published_at TEXT NOT NULL,
  published_by TEXT NOT NULL,
  number INTEGER NOT NULL,
  digest TEXT NOT NULL,
  PRIMARY KEY (village_id, start),
  CONSTRAINT fk_publication_village_id FOREIGN KEY(village_id) REFERENCES village (id)
)

CREATE TABLE settlement (
  village_id INTEGER NOT NULL,
  start INTEGER NOT NULL,
  settled_at TEXT NOT NULL,
  settled_by TEXT NOT NULL,
  digest TEXT NOT NULL,
  PRIMARY KEY (village_id, start),
  CONSTRAINT fk_settlement_village_id FOREIGN KEY(village_id) REFERENCES village (id)
)

CREATE TABLE account (
  id SERIAL NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL CONSTRAINT ck_account_role CHECK (role IN ('recorder', 'reviewer', 'admin', 'township')),
  village_id INTEGER,
  password TEXT NOT NULL,
  household_id INTEGER,
  active INTEGER DEFAULT '1' NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT uq_account_name UNIQUE (name),
  CONSTRAINT fk_account_village_id FOREIGN KEY(village_id) REFERENCES village (id),
  CONSTRAINT fk_account_household_id FOREIGN KEY(household_id) REFERENCES household (id)
)

CREATE TABLE member (
  id SERIAL NOT NULL,
  village_id INTEGER NOT NULL,
  household_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  relation TEXT NOT NULL,
  head INTEGER NOT NULL,
  born TEXT,
  joined TEXT,
  "left" TEXT,
  search TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_member_village_id FOREIGN KEY(village_id) REFERENCES village (id),
  CONSTRAINT fk_member_household_id FOREIGN KEY(household_id) REFERENCES household (id)
)

CREATE INDEX ix_member_household_id ON member (household_id)

CREATE INDEX ix_member_village_id_household_id_joined_left ON member (village_id, household_id, joined, "left")

CREATE TABLE retired_token (
  token_hash TEXT NOT NULL,
  household_id INTEGER NOT NULL,
  retired_at TEXT NOT NULL,
  PRIMARY KEY (token_hash),
  CONSTRAINT fk_retired_token_household_id FOREIGN KEY(household_id) REFERENCES household (id)
)

CREATE TABLE standing (
  village_id INTEGER NOT NULL,
  start INTEGER NOT NULL,
  household_id INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  code TEXT NOT NULL,
  head TEXT NOT NULL,
  head_minor INTEGER NOT NULL,
  group_name TEXT NOT NULL,
  member_points INTEGER NOT NULL,
  household_points INTEGER NOT NULL,
  base_points INTEGER NOT NULL,
  PRIMARY KEY (village_id, start, household_id),
  CONSTRAINT fk_standing_village_id FOREIGN KEY(village_id) REFERENCES village (id),
  CONSTRAINT fk_standing_household_id FOREIGN KEY(household_id) REFERENCES household (id)
)

CREATE TABLE event (
  id SERIAL NOT NULL,
  village_id INTEGER NOT NULL,
  submission_key TEXT NOT NULL,
  content TEXT NOT NULL,
  household_id INTEGER NOT NULL,
  member_id INTEGER,
  rulebook_id INTEGER NOT NULL,
  item TEXT NOT NULL,
  points INTEGER NOT NULL,
  occurred_on TEXT NOT NULL,
  late INTEGER NOT NULL,
  recorder_id INTEGER,
  recorder TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  device_at TEXT,
  note_hash TEXT NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT uq_event_village_id_submission_key UNIQUE (village_id, submission_key),
  CONSTRAINT fk_event_village_id FOREIGN KEY(village_id) REFERENCES village (id),
  CONSTRAINT fk_event_household_id FOREIGN KEY(household_id) REFERENCES household (id),
  CONSTRAINT fk_event_member_id FOREIGN KEY(member_id) REFERENCES member (id),
  CONSTRAINT fk_event_rulebook_id FOREIGN KEY(rulebook_id) REFERENCES rulebook (id),
  CONSTRAINT fk_event_recorder_id FOREIGN KEY(recorder_id) REFERENCES account (id)
)

CREATE INDEX ix_event_village_id_household_id_occurred_on ON event (village_id, household_id, occurred_on)

CREATE INDEX ix_event_village_id_recorded_at ON event (village_id, recorded_at)

CREATE INDEX ix_event_village_id_recorder_id_recorded_at ON event (village_id, recorder_id, recorded_at)

CREATE TABLE kin (
  account_id INTEGER NOT NULL,
  household_id INTEGER NOT NULL,
  PRIMARY KEY (account_id, household_id),
  CONSTRAINT fk_kin_account_id FOREIGN KEY(account_id) REFERENCES account (id),
  CONSTRAINT fk_kin_household_id FOREIGN KEY(household_id) REFERENCES household (id)
)

CREATE TABLE session (
  token_hash TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  seen_at TEXT NOT NULL,
  PRIMARY KEY (token_hash),
  CONSTRAINT fk_session_account_id FOREIGN KEY(account_id) REFERENCES account (id)
)

CREATE INDEX ix_session_account_id ON session (account_id)

CREATE TABLE decision (
  id SERIAL NOT NULL,
  village_id INTEGER NOT NULL,
  event_id INTEGER NOT NULL,
  verdict TEXT NOT NULL CONSTRAINT ck_decision_verdict CHECK (verdict IN ('approved', 'rejected', 'reversed')),
  account_id INTEGER,
  decided_by TEXT NOT NULL,
  decided_at TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT fk_decision_village_id FOREIGN KEY(village_id) REFERENCES village (id),
  CONSTRAINT fk_decision_event_id FOREIGN KEY(event_id) REFERENCES event (id),
  CONSTRAINT fk_decision_account_id FOREIGN KEY(account_id) REFERENCES account (id)
)

CREATE UNIQUE INDEX uq_decision_first ON decision (event_id) WHERE verdict <> 'reversed'

CREATE UNIQUE INDEX uq_decision_reversed ON decision (event_id) WHERE verdict = 'reversed'

CREATE TABLE note (
  event_id INTEGER NOT NULL,
  salt TEXT NOT NULL,
  place TEXT NOT NULL,
  reason TEXT NOT NULL,
  basis TEXT NOT NULL,
  photo TEXT NOT NULL,
  PRIMARY KEY (event_id),
  CONSTRAINT fk_note_event_id FOREIGN KEY(event_id) REFERENCES event (id)
)

CREATE TABLE waiting (
  event_id INTEGER NOT NULL,
  village_id INTEGER NOT NULL,
  month INTEGER,
  PRIMARY KEY (event_id),
  CONSTRAINT fk_waiting_event_id FOREIGN KEY(event_id) REFERENCES event (id),
  CONSTRAINT fk_waiting_village_id FOREIGN KEY(village_id) REFERENCES village (id)
)

CREATE INDEX ix_waiting_village_id_month ON waiting (village_id, month)

CREATE TABLE entry (
  id SERIAL NOT NULL,
  village_id INTEGER NOT NULL,
  number INTEGER NOT NULL,
  event_id INTEGER NOT NULL,
  decision_id INTEGER NOT NULL,
  household_id INTEGER NOT NULL,
  member_id INTEGER,
  item TEXT NOT NULL,
  counted_on TEXT NOT NULL,
  month INTEGER NOT NULL,
  points INTEGER NOT NULL,
  cause TEXT NOT NULL CONSTRAINT ck_entry_cause CHECK (cause IN ('award', 'cap', 'reversal')),
  correction INTEGER NOT NULL,
  posted_at TEXT NOT NULL,
  previous TEXT NOT NULL,
  digest TEXT NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT uq_entry_village_id_number UNIQUE (village_id, number),
  CONSTRAINT uq_entry_village_id_previous UNIQUE (village_id, previous),
  CONSTRAINT fk_entry_village_id FOREIGN KEY(village_id) REFERENCES village (id),
  CONSTRAINT fk_entry_event_id FOREIGN KEY(event_id) REFERENCES event (id),
  CONSTRAINT fk_entry_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id),
  CONSTRAINT fk_entry_household_id FOREIGN KEY(household_id) REFERENCES household (id),
  CONSTRAINT fk_entry_member_id FOREIGN KEY(member_id) REFERENCES member (id)
)

CREATE INDEX ix_entry_caps ON entry (household_id, item, counted_on)

CREATE INDEX ix_entry_event_id ON entry (event_id)

CREATE INDEX ix_entry_standing ON entry (village_id, month, household_id, member_id, points)

CREATE INDEX ix_entry_village_id_posted_at_month_household_id_points ON entry (village_id, posted_at, month, household_id, points)

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'this table is append-only'; END
$$

CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

CREATE TRIGGER decision_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON decision
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entry
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

CREATE TRIGGER publication_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON publication
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

CREATE TRIGGER settlement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON settlement
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

CREATE TRIGGER standing_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON standing
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

CREATE TRIGGER rulebook_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON rulebook
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

CREATE TRIGGER seal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON seal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
