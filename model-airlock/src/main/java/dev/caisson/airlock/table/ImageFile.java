package dev.caisson.airlock.table;

import dev.caisson.dataset.BadTableException;
import dev.caisson.dataset.BadTableException.Fault;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;

/// One image as numbers. Its size is taken from the header and must be the model's before a pixel
/// is decoded. Samples are as stored, without colour management, as Pillow and OpenCV give them: 8
/// bits a channel; transparency is left out; gray is repeated where a model wants colour, colour
/// becomes luma (ITU-R 601-2, rounded as Pillow does) where it wants gray.
record ImageFile(Path file, String format) {
  private static final long MOST_BYTES = 64 << 20;

  /// Empty for a file that is not named as an image.
  static Optional<ImageFile> of(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    String ending = name.substring(name.lastIndexOf('.') + 1);
    return switch (ending) {
      case "png", "bmp" -> Optional.of(new ImageFile(file, ending));
      case "jpg", "jpeg" -> Optional.of(new ImageFile(file, "jpeg"));
      default -> Optional.empty();
    };
  }

  void copyTo(float[] cells, int at, ImageSize size, PixelScale scale)
      throws IOException, BadTableException {
    if (Files.size(file) > MOST_BYTES) {
      throw bad("the file has more than %,d bytes".formatted(MOST_BYTES));
    }
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    ImageReader reader = readers.next(); // the JDK has one for each of these formats
    try (FileImageInputStream in = new FileImageInputStream(file.toFile())) {
      reader.setInput(in, true, true);
      int width = reader.getWidth(0);
      int height = reader.getHeight(0);
      if (width != size.width() || height != size.height()) {
        throw bad(
            "the image is %d by %d pixels and the model takes %d by %d; images are not scaled here, since how the model's were scaled is not known"
                .formatted(width, height, size.width(), size.height()));
      }
      pixels(reader.read(0), cells, at, size, scale);
    } catch (IOException | RuntimeException e) { // javax.imageio's words for any broken image
      throw bad("not readable as %s: %s".formatted(format, e.getMessage()));
    } finally {
      reader.dispose();
    }
  }

  private void pixels(BufferedImage image, float[] cells, int at, ImageSize size, PixelScale scale)
      throws BadTableException {
    Raster raster = image.getRaster();
    boolean palette = image.getColorModel() instanceof IndexColorModel;
    int bands = raster.getNumBands();
    if (!palette && raster.getSampleModel().getSampleSize(0) != 8) {
      throw bad(
          "%d bits a channel, and 8 are read".formatted(raster.getSampleModel().getSampleSize(0)));
    }
    int[] rgb = new int[3];
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        if (palette) {
          int color = image.getRGB(x, y);
          rgb[0] = (color >> 16) & 0xff;
          rgb[1] = (color >> 8) & 0xff;
          rgb[2] = color & 0xff;
        } else {
          for (int c = 0; c < 3; c++) { // one band, or one and transparency: gray
            rgb[c] = raster.getSample(x, y, bands < 3 ? 0 : c);
          }
        }
        if (size.channels() == 1) {
          cells[at + size.place(0, y, x)] = scale.of(luma(rgb), 0);
        } else {
          for (int c = 0; c < 3; c++) {
            cells[at + size.place(c, y, x)] = scale.of(rgb[c], c);
          }
        }
      }
    }
  }

  private static int luma(int[] rgb) {
    return (rgb[0] * 19_595 + rgb[1] * 38_470 + rgb[2] * 7_471 + 0x8000) >> 16;
  }

  private BadTableException bad(String problem) {
    return BadTableException.of(file, new Fault(0, "", problem));
  }
}
