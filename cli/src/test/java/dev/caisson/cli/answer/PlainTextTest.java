package dev.caisson.cli.answer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class PlainTextTest {
  private static final String HOSTILE = "a\u001b[2Jb\u009b31mc\u202edcba\u2066\u2028\u0007\u007fé漢";

  @Test
  void showsWhatWouldSteerATerminal() {
    assertThat(PlainText.of(HOSTILE))
        .isEqualTo("a\\u001b[2Jb\\u009b31mc\\u202edcba\\u2066\\u2028\\u0007\\u007fé漢");
  }

  @Test
  void linesAndTabsStay() {
    assertThat(PlainText.of("a\tb\r\nc\n")).isEqualTo("a\tb\r\nc\n");
  }

  @Test
  void theValuesOfAnObjectAreUnchanged() throws Exception {
    StringWriter written = new StringWriter();
    PrintWriter out = PlainText.over(written);
    out.println(Answer.object().put("reason", HOSTILE).put("lines", "one\ntwo"));
    assertThat(written.toString()).matches("[\\P{C}\n]+");
    assertThat(new ObjectMapper().readTree(written.toString()).get("reason").textValue())
        .isEqualTo(HOSTILE);
  }
}
