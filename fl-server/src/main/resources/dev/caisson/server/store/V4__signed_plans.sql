-- The submitter's signature over plan and model file. Studies of before have none: sites refuse them.
ALTER TABLE study ADD COLUMN signature BLOB NOT NULL DEFAULT x'';
