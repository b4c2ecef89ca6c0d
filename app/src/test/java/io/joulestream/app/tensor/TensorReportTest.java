package io.joulestream.app.tensor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.core.digest.Sha256;
import io.joulestream.core.nvfp4.QuantisationMode;
import io.joulestream.core.nvfp4.Workers;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TensorReportTest {
    private static final List<QuantisationMode> MODES = List.of(
            QuantisationMode.ONE_D, QuantisationMode.MXFP4_OCP, QuantisationMode.FP8_E4M3, QuantisationMode.TWO_D);

    @TempDir
    private Path folder;

    private TensorFile file;
    private TensorReport report;

    @BeforeEach
    void measure() throws IOException {
        float[] good = new float[256];
        float[] poor = new float[512];
        float[] broken = new float[16];
        Random random = new Random(53);
        for (int i = 0; i < 512; i++) {
            good[i % 256] = i % 2 == 0 ? 1 : -1.5f;
            poor[i] = (float) random.nextGaussian();
        }
        poor[1] = 400;
        broken[0] = Float.NaN;
        broken[1] = 1;
        String header = "{" + entry("good", "[16,16]", 0, 1024) + ","
                + entry("<script>alert('x')</script>", "[32,16]", 1024, 3072)
                + "," + entry("=cmd|' /C calc'!A0", "[1,16]", 3072, 3136) + "," + entry("zeros", "[1,16]", 3136, 3200)
                + ",\"\\u001b[31m\\\"&amp;\":{\"dtype\":\"I8\",\"shape\":[2],\"data_offsets\":[3200,3202]}}";
        ByteBuffer data = ByteBuffer.allocate(3202);
        data.put(TensorFiles.floats(good)).put(TensorFiles.floats(poor)).put(TensorFiles.floats(broken));
        Path path = folder.resolve("a&b.safetensors");
        file = TensorFile.read(Files.write(path, TensorFiles.safetensors(header, data.array())));
        report = TensorReport.of(file, MODES, Workers.CALLER, elements -> {});
    }

    private static String entry(String name, String shape, int from, int to) {
        return "\"" + name + "\":{\"dtype\":\"F32\",\"shape\":" + shape + ",\"data_offsets\":[" + from + "," + to
                + "]}";
    }

    @Test
    void theWorstComesFirstAndWhatNothingCanBeSaidOfLast() {
        assertThat(report.tensors())
                .extracting(line -> line.tensor().name())
                .containsExactly("=cmd|' /C calc'!A0", "<script>alert('x')</script>", "good", "zeros");
        assertThat(report.others()).extracting(StoredTensor::dtype).containsExactly("I8");
    }

    @Test
    void aModeThatDoesNotTakeATensorSaysWhy() {
        TensorReport.Result result = report.tensors().get(0).results().get(3);

        assertThat(result.metrics()).isNull();
        assertThat(result.refusal()).contains("multiples of 16, were 1 and 16");
    }

    @Test
    void totalsAreOverTheTensorsThatAModeTakes() {
        TensorReport.Total oneD = report.totals().get(0);
        TensorReport.Total twoD = report.totals().get(3);

        assertThat(oneD.tensors()).isEqualTo(4);
        assertThat(oneD.elements()).isEqualTo(800);
        assertThat(oneD.storedBytes()).isEqualTo(800 / 2 + 800 / 16 + 4 * 4);
        assertThat(oneD.nonFinite()).isEqualTo(1);
        assertThat(twoD.tensors()).isEqualTo(2);
        assertThat(twoD.elements()).isEqualTo(768);
    }

    @Test
    void readingIsToldAsItWasAnnounced() throws IOException {
        List<QuantisationMode> modes = MODES.subList(0, 3);
        AtomicLong read = new AtomicLong();

        TensorReport.of(file, modes, Workers.CALLER, read::addAndGet);

        assertThat(read.get())
                .isEqualTo(TensorReport.elementsToRead(file, modes))
                .isEqualTo(800 * 4);
    }

    @Test
    void theOrderOfTheModesChangesNoFigure() throws IOException {
        List<QuantisationMode> turned =
                List.of(QuantisationMode.MXFP4_OCP, QuantisationMode.FP8_E4M3, QuantisationMode.ONE_D);

        TensorReport other = TensorReport.of(file, turned, Workers.CALLER, elements -> {});

        for (TensorReport.Line line : other.tensors()) {
            TensorReport.Line same = report.tensors().stream()
                    .filter(one -> one.tensor().equals(line.tensor()))
                    .findFirst()
                    .orElseThrow();
            assertThat(line.results())
                    .containsExactlyInAnyOrderElementsOf(same.results().subList(0, 3));
        }
    }

    @Test
    void aFileThatShrinksIsNamedWithItsTensorAndTheByte() {
        AtomicLong read = new AtomicLong();

        assertThatThrownBy(() -> TensorReport.of(file, MODES, Workers.CALLER, elements -> {
                    if (read.getAndAdd(elements) == 0) {
                        shorten(2_000);
                    }
                }))
                .isInstanceOf(RefusedTensorException.class)
                .hasMessageMatching(".*a&b\\.safetensors: tensor \"<script>alert\\('x'\\)</script>\" cannot be read: "
                        + "the file has 2000 bytes; .*|.*tensor \".*\": the file ended at byte 2000 while it was read");
    }

    private void shorten(long bytes) {
        try (RandomAccessFile open = new RandomAccessFile(file.path().toFile(), "rw")) {
            open.setLength(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- foreign names

    @Test
    void aNameIsNoMarkupInThePage() throws IOException {
        String page = html();

        assertThat(page)
                .contains(
                        "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;",
                        "\\u001b[31m&quot;&amp;amp;",
                        "a&amp;b.safetensors")
                .doesNotContain("<script", "\u001b");
    }

    @Test
    void aNameIsNoFormulaInTheTable() throws IOException {
        String csv = csv();

        assertThat(csv).contains("\r\n'=cmd|' /C calc'!A0,").doesNotContain("\r\n=", "\u001b");
        assertThat(csv.split("\r\n")).hasSize(1 + 4 * 4 + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t=", "\r=", "\n="})
    void noStartOfAFormulaIsFirstInACell(String start) {
        assertThat(TensorReportCsv.text(start + "1+1")).matches("['\\\\].*");
    }

    @Test
    void aNameDoesNothingToTheTerminal() throws IOException {
        StringWriter text = new StringWriter();
        TensorReportText.write(report, text);

        assertThat(text.toString())
                .contains("\\u001b[31m\"&amp;  [2]  I8: not quantised")
                .doesNotContainPattern("[\\p{Cntrl}&&[^\\r\\n]]");
    }

    // ---- the page

    @Test
    void thePageNeedsNothingElseAndAllowsNothingElse() throws IOException {
        String page = html();

        assertThat(page)
                .doesNotContain("http:", "https:", "url(", "@import", " style=", " onload", "javascript:", "src=");
        Matcher style = Pattern.compile("<style>(.*)</style>", Pattern.DOTALL).matcher(page);
        assertThat(style.find()).isTrue();
        String digest =
                Base64.getEncoder().encodeToString(Sha256.of(style.group(1).getBytes(UTF_8)));
        assertThat(page).contains("content=\"default-src 'none'; style-src 'sha256-" + digest + "'\"");
    }

    @Test
    void everyMarkOfThePlotsLiesWithinThem() throws IOException {
        Matcher places =
                Pattern.compile(" (?:x|x1|x2|y|width|height)=\"(-?[0-9.]+)%\"").matcher(html());

        int marks = 0;
        while (places.find()) {
            assertThat(Double.parseDouble(places.group(1))).isBetween(0.0, 100.0);
            marks++;
        }
        assertThat(marks).isGreaterThan(50);
    }

    @Test
    void whatIsExactHasNoUnitAndItsMedianIsExactToo() throws IOException {
        StringWriter text = new StringWriter();
        TensorReportText.write(report, text);

        assertThat(html()).contains("1d exact, ").doesNotContain("exact dB");
        assertThat(text.toString()).containsPattern("1d +exact +exact +0 %").containsPattern("1d +exact +- +0 %");
    }

    @Test
    void aReportOfNothingIsAPageToo() throws IOException {
        StringWriter page = new StringWriter();
        TensorReportHtml.write(new TensorReport("x", MODES, List.of(), report.others()), page);

        assertThat(page.toString()).contains("0 tensors quantised", "Not quantised");
    }

    private String html() throws IOException {
        StringWriter page = new StringWriter();
        TensorReportHtml.write(report, page);
        return page.toString();
    }

    private String csv() throws IOException {
        StringWriter table = new StringWriter();
        TensorReportCsv.write(report, table);
        return table.toString();
    }
}
