package io.joulestream.app;

import io.joulestream.ingest.world.World;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.YearMonth;
import java.time.ZoneOffset;

/** What a newcomer may do with a running demo. */
final class DemoGuide {
    private DemoGuide() {}

    static void print(String address, World world, Path dataDirectory, PrintWriter out) {
        String port = address.substring(address.lastIndexOf(':') + 1);
        out.println();
        out.println("Joulestream demo: " + address + "   three SYNTHETIC sites, live, and a REAL one");
        if (System.getenv("SSH_CONNECTION") != null) {
            out.println("  from your own machine:  ssh -L " + port + ":127.0.0.1:" + port + " <this machine>");
        }
        String site = world.sites().get(1).id();
        out.println("  look at   PUE of the sites, energy per token of the runs, and what is estimated");
        out.println("  ask       curl '" + address + "/v1/sites/"
                + world.sites().get(0).id() + "/pue?window=PT1H'");
        out.println("  real      curl '" + address + "/v1/runs/" + RealSite.ID
                + "-bf16-restart'   what one NVIDIA H200 said of itself in training");
        out.println("  report    curl '" + address + "/v1/reports/carbon?site=" + site + "&month="
                + YearMonth.from(world.end().atZone(ZoneOffset.UTC)) + "'");
        out.println(
                "  break     ./joulestream demo break ct " + site + "/meter/MDB-1 1.04 --data-dir " + dataDirectory);
        out.println("            a wrong CT ratio: the page names the meter within minutes");
        out.println("  import    ./joulestream import csv YOUR.csv --grid-zone GB --data-dir " + dataDirectory);
        out.println("  quantise  ./joulestream nvfp4 quantize --rows 32 --cols 128 "
                + "--input docs/examples/tensors/gauss-32x128.f32");
        out.println("  model     ./joulestream savings potential docs/examples/workloads/llama-70b-b200.yaml");
        out.println("Ctrl-C stops; nothing stays");
    }
}
