package io.joulestream.core.nvfp4;

import java.io.PrintWriter;
import java.util.List;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs the golden vectors and the comparison of the kernels in a virtual machine without Maven; ends with 1 if any fails. */
final class GoldenRun {
    private static final List<Class<?>> TESTS = List.of(
            BlocksGoldenTest.class,
            FormatsGoldenTest.class,
            Philox4x32GoldenTest.class,
            RandomHadamardGoldenTest.class,
            ScalesGoldenTest.class,
            TensorsGoldenTest.class,
            KernelsPropertiesTest.class);

    private GoldenRun() {}

    public static void main(String[] arguments) {
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(TESTS.stream()
                                        .map(DiscoverySelectors::selectClass)
                                        .toList())
                                .build(),
                        summary);
        TestExecutionSummary result = summary.getSummary();
        result.printFailuresTo(new PrintWriter(System.out, true));
        System.out.printf(
                "Java %d on %s: %d succeeded, %d failed, %d skipped%n",
                Runtime.version().feature(),
                Kernels.CHOSEN instanceof PlainKernel ? "plain loops" : "vectors",
                result.getTestsSucceededCount(),
                result.getTotalFailureCount(),
                result.getTestsAbortedCount());
        System.exit(result.getTestsSucceededCount() > 0 && result.getTotalFailureCount() == 0 ? 0 : 1);
    }
}
