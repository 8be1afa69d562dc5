ALTER TABLE heartbeat ADD COLUMN confirmed_event INTEGER DEFAULT '0' NOT NULL

ALTER TABLE heartbeat ADD COLUMN confirmed_at TEXT

ALTER TABLE heartbeat ADD COLUMN confirmed_boot TEXT DEFAULT '' NOT NULL

ALTER TABLE heartbeat ADD COLUMN confirmed_uptime INTEGER DEFAULT '0' NOT NULL

ALTER TABLE settlement ADD COLUMN salt TEXT DEFAULT '' NOT NULL

CREATE TABLE witness (
  account_id INTEGER NOT NULL,
  device TEXT NOT NULL,
  device_at TEXT NOT NULL,
  boot TEXT NOT NULL,
  uptime INTEGER NOT NULL,
  PRIMARY KEY (account_id),
  CONSTRAINT fk_witness_account_id FOREIGN KEY(account_id) REFERENCES account (id)
) STRICT

CREATE TABLE decision_note (
  decision_id INTEGER NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (decision_id),
  CONSTRAINT fk_decision_note_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id)
) STRICT

CREATE TABLE remark_note (
  remark_id INTEGER NOT NULL,
  words TEXT NOT NULL,
  photo TEXT NOT NULL,
  PRIMARY KEY (remark_id),
  CONSTRAINT fk_remark_note_remark_id FOREIGN KEY(remark_id) REFERENCES remark (id)
) STRICT

CREATE TABLE objection_answer_note (
  objection_id INTEGER NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (objection_id),
  CONSTRAINT fk_objection_answer_note_objection_id FOREIGN KEY(objection_id) REFERENCES objection (id)
) STRICT

INSERT INTO decision_note (decision_id, reason) SELECT id, reason FROM decision WHERE verdict <> 'approved'

INSERT INTO remark_note (remark_id, words, photo) SELECT id, words, photo FROM remark

INSERT INTO objection_answer_note (objection_id, reason) SELECT objection_id, reason FROM objection_answer

ALTER TABLE decision DROP COLUMN reason

ALTER TABLE remark DROP COLUMN words

ALTER TABLE remark DROP COLUMN photo

ALTER TABLE objection_answer DROP COLUMN reason

CREATE TRIGGER note_no_update BEFORE UPDATE ON note BEGIN SELECT RAISE(ABORT, 'note is append-only'); END

CREATE TRIGGER decision_note_no_update BEFORE UPDATE ON decision_note BEGIN SELECT RAISE(ABORT, 'decision_note is append-only'); END

CREATE TRIGGER remark_note_no_update BEFORE UPDATE ON remark_note BEGIN SELECT RAISE(ABORT, 'remark_note is append-only'); END

CREATE TRIGGER objection_answer_note_no_update BEFORE UPDATE ON objection_answer_note BEGIN SELECT RAISE(ABORT, 'objection_answer_note is append-only'); END

CREATE TRIGGER note_no_replace BEFORE INSERT ON note WHEN EXISTS (SELECT 1 FROM note WHERE event_id = NEW.event_id) BEGIN SELECT RAISE(ABORT, 'note is append-only'); END

CREATE TRIGGER decision_note_no_replace BEFORE INSERT ON decision_note WHEN EXISTS (SELECT 1 FROM decision_note WHERE decision_id = NEW.decision_id) BEGIN SELECT RAISE(ABORT, 'decision_note is append-only'); END

CREATE TRIGGER remark_note_no_replace BEFORE INSERT ON remark_note WHEN EXISTS (SELECT 1 FROM remark_note WHERE remark_id = NEW.remark_id) BEGIN SELECT RAISE(ABORT, 'remark_note is append-only'); END

CREATE TRIGGER objection_answer_note_no_replace BEFORE INSERT ON objection_answer_note WHEN EXISTS (SELECT 1 FROM objection_answer_note WHERE objection_id = NEW.objection_id) BEGIN SELECT RAISE(ABORT, 'objection_answer_note is append-only'); END
