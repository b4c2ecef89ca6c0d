package io.joulestream.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.joulestream.app.tensor.RefusedTensorException;
import io.joulestream.app.tensor.TensorFile;
import io.joulestream.app.tensor.TensorReport;
import io.joulestream.app.tensor.TensorReportCsv;
import io.joulestream.app.tensor.TensorReportHtml;
import io.joulestream.app.tensor.TensorReportText;
import io.joulestream.core.nvfp4.QuantisationMode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = {
            "What NVFP4 and other formats do to every tensor of a file, the worst first.",
            "Tensors may be larger than the memory; those that are no F32, BF16 or F16 are listed only."
        })
final class Nvfp4ReportCommand implements Callable<Integer> {
    private static final int MOST_MODES = 6;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "A .safetensors or .npy file.")
    private Path file;

    @Option(
            names = "--mode",
            split = ",",
            paramLabel = "MODE",
            description = {
                "What to compare, by commas or given again; the first decides what is worst.",
                "Default: 1d,mxfp4-ocp,fp8-e4m3."
            })
    private List<String> modes = List.of("1d", "mxfp4-ocp", "fp8-e4m3");

    @Option(names = "--format", defaultValue = "text", paramLabel = "text|csv|html")
    private Format format;

    @Option(names = "--out", paramLabel = "F", description = "Write to F, whole or not at all, instead of printing.")
    private Path out;

    @Mixin
    private ReadingProgress.Asked progress;

    private enum Format {
        TEXT,
        CSV,
        HTML
    }

    @Override
    public Integer call() throws IOException {
        List<QuantisationMode> compared = modes();
        try (OutputFiles outputs = new OutputFiles(file);
                WorkerPool workers = new WorkerPool()) {
            TensorFile tensors = TensorFile.read(file);
            OutputStream written = out == null ? null : outputs.to(out);
            ReadingProgress reading = progress.of(spec, TensorReport.elementsToRead(tensors, compared));
            TensorReport report = TensorReport.of(tensors, compared, workers, reading);
            reading.done();
            if (written == null) {
                write(report, spec.commandLine().getOut());
            } else {
                write(report, new BufferedWriter(new OutputStreamWriter(written, UTF_8)));
                outputs.commit();
            }
            return 0;
        } catch (RefusedTensorException e) {
            throw new UserError(e.getMessage());
        } catch (NoSuchFileException e) {
            throw new UserError("no such file: " + file);
        }
    }

    private List<QuantisationMode> modes() {
        List<QuantisationMode> parsed = new ArrayList<>();
        for (String name : modes) {
            try {
                QuantisationMode mode = QuantisationMode.parse(name);
                if (parsed.contains(mode)) {
                    throw new UserError("--mode: " + name + " is given twice");
                }
                parsed.add(mode);
            } catch (IllegalArgumentException e) {
                throw new UserError("--mode: " + e.getMessage());
            }
        }
        if (parsed.size() > MOST_MODES) {
            throw new UserError("--mode: at most " + MOST_MODES + " are compared at once, were " + parsed.size());
        }
        return parsed;
    }

    private void write(TensorReport report, Writer to) throws IOException {
        switch (format) {
            case TEXT -> TensorReportText.write(report, to);
            case CSV -> TensorReportCsv.write(report, to);
            case HTML -> TensorReportHtml.write(report, to);
        }
        to.flush();
    }
}
