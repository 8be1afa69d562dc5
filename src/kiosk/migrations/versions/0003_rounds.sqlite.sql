CREATE TABLE round (
  id INTEGER NOT NULL,
  village_id INTEGER NOT NULL,
  submission_key TEXT NOT NULL,
  group_name TEXT NOT NULL,
  items TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  finished_by INTEGER,
  finished_at TEXT,
  PRIMARY KEY (id),
  CONSTRAINT uq_round_village_id_submission_key UNIQUE (village_id, submission_key),
  CONSTRAINT fk_round_village_id FOREIGN KEY(village_id) REFERENCES village (id),
  CONSTRAINT fk_round_account_id FOREIGN KEY(account_id) REFERENCES account (id),
  CONSTRAINT fk_round_finished_by FOREIGN KEY(finished_by) REFERENCES account (id)
) STRICT

CREATE INDEX ix_round_village_id_finished_at ON round (village_id, finished_at)

CREATE TABLE visit (
  round_id INTEGER NOT NULL,
  household_id INTEGER NOT NULL,
  outcome TEXT NOT NULL CONSTRAINT ck_visit_outcome CHECK (outcome IN ('recorded', 'nothing', 'absent')),
  account_id INTEGER NOT NULL,
  made_at TEXT NOT NULL,
  device_at TEXT,
  PRIMARY KEY (round_id, household_id),
  CONSTRAINT fk_visit_round_id FOREIGN KEY(round_id) REFERENCES round (id),
  CONSTRAINT fk_visit_household_id FOREIGN KEY(household_id) REFERENCES household (id),
  CONSTRAINT fk_visit_account_id FOREIGN KEY(account_id) REFERENCES account (id)
) STRICT

CREATE TABLE round_event (
  event_id INTEGER NOT NULL,
  round_id INTEGER NOT NULL,
  PRIMARY KEY (event_id),
  CONSTRAINT fk_round_event_event_id FOREIGN KEY(event_id) REFERENCES event (id),
  CONSTRAINT fk_round_event_round_id FOREIGN KEY(round_id) REFERENCES round (id)
) STRICT

CREATE INDEX ix_round_event_round_id ON round_event (round_id)
