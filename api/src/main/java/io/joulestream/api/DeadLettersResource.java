package io.joulestream.api;

import io.joulestream.core.ledger.RejectCode;
import io.joulestream.storage.DeadLetterCursor;
import io.joulestream.storage.DeadLetterFilter;
import io.joulestream.storage.DeadLetterPage;
import io.joulestream.storage.LedgerQueries;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** What was refused of a tenant's readings, and why. */
final class DeadLettersResource {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1_000;

    private final LedgerQueries ledger;
    private final String tenant;

    DeadLettersResource(LedgerQueries ledger, String tenant) {
        this.ledger = ledger;
        this.tenant = tenant;
    }

    Answer list(Request request) {
        Parameters parameters = request.parameters();
        int limit = parameters.number("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
        Optional<String> site = parameters.site();
        Optional<String> code = parameters.text("code").filter(text -> isCode(text, parameters));
        Optional<Instant> since = parameters.instant("since");
        Optional<DeadLetterCursor> cursor = parameters.cursor(Cursors::parseDeadLetter);
        parameters.check();
        DeadLetterFilter filter =
                new DeadLetterFilter(tenant, false, site.orElse(null), code.orElse(null), since.orElse(null));
        DeadLetterPage page = ledger.deadLetterPage(filter, cursor, limit);
        String next = page.next().map(Cursors::text).orElse(null);
        String address = "/v1/dead-letters?limit=" + limit
                + site.map(name -> "&site=" + Addresses.encoded(name)).orElse("")
                + code.map(name -> "&code=" + name).orElse("")
                + since.map(time -> "&since=" + time).orElse("");
        return Answer.json(new DeadLettersBody(
                        page.letters().stream().map(DeadLettersBody.Line::of).toList(), next))
                .withNext(address, next);
    }

    private static boolean isCode(String text, Parameters parameters) {
        return Arrays.stream(RejectCode.values()).anyMatch(code -> code.name().equals(text))
                || parameters
                        .refuse("code", "is no reason for which anything is refused, was " + Parameters.quoted(text))
                        .isPresent();
    }
}
