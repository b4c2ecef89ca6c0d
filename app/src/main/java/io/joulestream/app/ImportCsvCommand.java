package io.joulestream.app;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.joulestream.core.carbon.FactorSets;
import io.joulestream.core.inventory.MinimalSite;
import io.joulestream.core.inventory.SampleKind;
import io.joulestream.core.kpi.ReasonCode;
import io.joulestream.ingest.ImportedPower;
import io.joulestream.ingest.PowerOutcome;
import io.joulestream.ingest.PowerReadings;
import io.joulestream.ingest.Problem;
import io.joulestream.ingest.csv.PowerCsv;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "csv", mixinStandardHelpOptions = true, description = "placeholder")
final class ImportCsvCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        return 0;
    }
}
