package dev.caisson.server.member;

import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.Certificates;
import dev.caisson.protocol.tls.Role;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// The table of tokens.
final class TokenRecords {
  private TokenRecords() {}

  /// Keeps a token; an earlier one of the same name gives no right any more.
  static void put(Handle sql, TokenRow token) {
    forget(sql, token.caller().name());
    sql.createUpdate(
            """
            INSERT INTO token (handle, hash, name, role, already, expires_at)
            VALUES (:handle, :hash, :name, :role, :already, :expires)
            """)
        .bind("handle", token.handle())
        .bind("hash", token.hash().bytes())
        .bind("name", token.caller().name())
        .bind("role", token.caller().role().label())
        .bind("already", token.already().label())
        .bind("expires", token.expires().getEpochSecond())
        .execute();
  }

  static Optional<TokenRow> find(Handle sql, String handle) {
    return sql.createQuery("SELECT * FROM token WHERE handle = :handle")
        .bind("handle", handle)
        .map((row, at) -> token(row))
        .findOne();
  }

  static void used(Handle sql, String handle, TokenRow.Use use) {
    sql.createUpdate(
            "UPDATE token SET request = :request, certificate = :certificate WHERE handle = :handle")
        .bind("request", use.request().bytes())
        .bind("certificate", Certificates.bytes(use.certificate()))
        .bind("handle", handle)
        .execute();
  }

  static void forget(Handle sql, String name) {
    sql.createUpdate("DELETE FROM token WHERE name = :name").bind("name", name).execute();
  }

  static void forgetExpired(Handle sql, Instant now) {
    sql.createUpdate("DELETE FROM token WHERE expires_at < :now")
        .bind("now", now.getEpochSecond())
        .execute();
  }

  private static TokenRow token(ResultSet row) throws SQLException {
    return new TokenRow(
        row.getString("handle"),
        Digest.ofBytes(row.getBytes("hash")),
        new Caller(row.getString("name"), Role.ofLabel(row.getString("role")).orElseThrow()),
        EnrolledAlready.ofLabel(row.getString("already")),
        Instant.ofEpochSecond(row.getLong("expires_at")),
        row.getBytes("request") == null ? Optional.empty() : Optional.of(use(row)));
  }

  private static TokenRow.Use use(ResultSet row) throws SQLException {
    try {
      return new TokenRow.Use(
          Digest.ofBytes(row.getBytes("request")), Certificates.read(row.getBytes("certificate")));
    } catch (IOException e) {
      throw new IllegalStateException("a certificate that was kept can be read", e);
    }
  }
}
