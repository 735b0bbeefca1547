package dev.caisson.secagg.message;

import dev.caisson.secagg.Suite;

/// What a site signs. Each kind has its own domain, so that no statement can be read as another.
public sealed interface Statement
    permits KeysStatement,
        SharesStatement,
        ComplaintStatement,
        UploadStatement,
        ConsentStatement,
        AnswerStatement,
        TagStatement {
  String PREFIX = Suite.DOMAIN + "statement/";

  Origin origin();

  byte[] encoded();
}
