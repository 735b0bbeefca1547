package dev.caisson.airlock.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.dataset.BadTableException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImageFoldersTest {
  @TempDir Path folder;
  private Path members;
  private Path others;

  @BeforeEach
  void makeFolders() throws IOException {
    members = folder.resolve("members");
    others = folder.resolve("others");
    gray(others.resolve("cat/z.png"), 2, 1, 0, 51);
  }

  private static void gray(Path file, int width, int height, int... samples) throws IOException {
    Files.createDirectories(file.getParent());
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setPixels(0, 0, width, height, samples);
    assertThat(ImageIO.write(image, "png", file.toFile())).isTrue();
  }

  private static void color(Path file, String format, int... rgb) throws IOException {
    Files.createDirectories(file.getParent());
    BufferedImage image = new BufferedImage(rgb.length, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, rgb.length, 1, rgb, 0, rgb.length);
    assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
  }

  private Records read(Integer... shape) throws IOException, BadTableException {
    return ImageFolders.read(members, others, ImageSize.of(List.of(shape)), PixelScale.DEFAULT);
  }

  @Test
  void graySamplesStayAsStoredInSortedOrder() throws Exception {
    gray(members.resolve("dog/b.png"), 2, 1, 128, 255);
    gray(members.resolve("dog/a.png"), 2, 1, 1, 2);
    gray(members.resolve("cat/c.png"), 2, 1, 3, 4);
    Records records = read(1, 1, 2);
    assertThat(records.cells())
        .containsExactly(3 / 255f, 4 / 255f, 1 / 255f, 2 / 255f, 128 / 255f, 1, 0, 51 / 255f);
    assertThat(records.labelColumn().texts()).containsExactly("cat", "dog");
    assertThat(records.labels()).containsExactly(0, 1, 1, 0);
    assertThat(records.memberRows()).isEqualTo(3);
  }

  @Test
  void channelsComeFirstOrLastAndGrayIsRepeated() throws Exception {
    color(members.resolve("cat/a.png"), "png", 0x336699, 0xff0000);
    assertThat(read(3, 1, 2).cells())
        .startsWith(.2f, 1, .4f, 0, .6f, 0)
        .endsWith(0, .2f, 0, .2f, 0, .2f);
    Records last =
        ImageFolders.read(members, others, new ImageSize(3, 1, 2, false), PixelScale.DEFAULT);
    assertThat(last.cells()).startsWith(.2f, .4f, .6f, 1, 0, 0).endsWith(0, 0, 0, .2f, .2f, .2f);
    assertThat(last.columns().get(1).name()).isEqualTo("green y0 x0");
  }

  /// Pillow 13.0.0: Image.new("RGB", (1, 1), (51, 102, 153)).convert("L") is 93; red is 76.
  @Test
  void colorBecomesLumaAndBmpIsRead() throws Exception {
    color(members.resolve("cat/a.bmp"), "bmp", 0x336699, 0xff0000);
    assertThat(read(1, 2).cells()).startsWith(93 / 255f, 76 / 255f);
  }

  @Test
  void meanAndDeviationArePerChannel() throws Exception {
    color(members.resolve("cat/a.png"), "png", 0x336699, 0xff0000);
    PixelScale scale = new PixelScale(255, new double[] {.2, .4, .5}, new double[] {.5, .5, .1});
    Records records = ImageFolders.read(members, others, new ImageSize(3, 1, 2, true), scale);
    assertThat(records.cells()).startsWith(0, 1.6f, 0, -.8f, 1, -5);
  }

  @Test
  void labelsMayStandInATableWithPersons() throws Exception {
    for (Path side : List.of(members, others)) {
      gray(side.resolve("x/1.png"), 1, 1, 0);
      gray(side.resolve("x/2.png"), 1, 1, 255);
      Files.writeString(side.resolve("labels.csv"), "file,label,group\nx/2.png,1,p\nx/1.png,0,p\n");
    }
    Records records = read(1, 1, 1);
    assertThat(records.cells()).containsExactly(0, 1, 0, 1);
    assertThat(records.labels()).containsExactly(0, 1, 0, 1);
    assertThat(records.persons()).isEqualTo(1);
    assertThat(records.sharedPersons()).isEqualTo(1);
  }

  @Test
  void refusesAnotherSizeBeforeAPixelIsDecoded() throws Exception {
    Path huge = members.resolve("cat/huge.png");
    gray(huge, 2, 1, 1, 2);
    byte[] bytes = Files.readAllBytes(huge);
    ByteBuffer.wrap(bytes).putInt(16, 60_000).putInt(20, 60_000); // the header alone: 3.6 GB
    java.util.zip.CRC32 crc = new java.util.zip.CRC32();
    crc.update(bytes, 12, 17);
    ByteBuffer.wrap(bytes).putInt(29, (int) crc.getValue());
    Files.write(huge, bytes);
    refuses("huge.png", "60000 by 60000", "2 by 1");
  }

  @Test
  void refusesLinksStraysAndBrokenFiles() throws Exception {
    gray(folder.resolve("elsewhere.png"), 2, 1, 1, 2);
    Files.createDirectories(members.resolve("cat"));
    Path link =
        Files.createSymbolicLink(members.resolve("cat/a.png"), folder.resolve("elsewhere.png"));
    refuses("a.png", "link");
    Files.delete(link);
    Path note = Files.writeString(members.resolve("cat/readme.txt"), "x");
    refuses("readme.txt", "no image");
    Files.delete(note);
    Files.writeString(members.resolve("cat/b.png"), "not a png");
    refuses("b.png", "not readable as png");
    Files.writeString(members.resolve("labels.csv"), "file,label\n../elsewhere.png,1\n");
    refuses("labels.csv", "line 2", "out of the folder");
  }

  private void refuses(String... words) {
    assertThatThrownBy(() -> read(1, 1, 2))
        .isInstanceOf(BadTableException.class)
        .hasMessageContainingAll(words);
  }
}
