package io.joulestream.streaming;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.SiteGeneration;
import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.core.ledger.RejectCode;
import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameKey;
import io.joulestream.wire.FrameResult;
import io.joulestream.wire.Topics;
import io.joulestream.wire.v1.TelemetryFrame;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks at one record the way the wire contract asks: what may enter the ledger, what is refused and why. "Now" is the
 * record's append time, so the answer is the same at every replay, but for inventory that has become known since.
 *
 * <p>Not thread-safe: it remembers the rules of the sites it has met.
 */
final class AdmitFrame {
    private static final int WHOLE_FRAME = FrameAdmission.WHOLE_FRAME;

    private final SiteLookup sites;
    private final Map<String, KnownRules> rulesBySite = new HashMap<>();

    /** @param of all the site's versions, whichever generation knows them */
    private record KnownRules(InventoryHistory of, SiteRules rules) {}

    AdmitFrame(SiteLookup sites) {
        this.sites = sites;
    }

    Admission admit(TelemetryRecord record) {
        return admit(record, false);
    }

    /** @param part whether the record's value is a part of the frame that was sent, the rest of which has entered */
    Admission admit(TelemetryRecord record, boolean part) {
        FrameResult result = FrameCodec.decode(record.value());
        if (result instanceof FrameResult.Refused refused) {
            return Admission.refused(letter(record, Place.of(record), "", "", refused.code(), refused.detail()));
        }
        TelemetryFrame frame = ((FrameResult.Decoded) result).frame();
        FrameKey key = FrameKey.of(frame);
        Place place = Place.of(record, frame.getProducerId(), key.tenant());
        Optional<DeadLetter> foreign = foreign(record, key);
        if (foreign.isPresent()) {
            return Admission.refused(foreign.get());
        }
        int number = Topics.generationOf(record.topic());
        InventoryHistory history = sites.find(key.tenant(), key.site(), record.storedMillis());
        List<SiteGeneration> generations = sites.generations(key.tenant(), key.site());
        if (number > generations.size()) {
            // filled before it was published, and read only because it is
            sites.refresh();
            history = sites.find(key.tenant(), key.site(), record.storedMillis());
            generations = sites.generations(key.tenant(), key.site());
        }
        if (isTakenOver(generations, number, record.storedMillis())) {
            return Admission.elsewhere();
        }
        SenderClock clock = new SenderClock(record, frame);
        Optional<Refusal> wrongClock = clock.refusal();
        if (wrongClock.isPresent()) {
            return Admission.refused(letter(
                    record,
                    place,
                    key.tenant(),
                    key.site(),
                    wrongClock.get().code(),
                    wrongClock.get().detail()));
        }
        if (history == null) {
            DeadLetter inVain = letter(
                    record,
                    place,
                    key.tenant(),
                    key.site(),
                    RejectCode.UNKNOWN_SITE,
                    "site " + key.site() + " has no inventory; use: site apply");
            return Admission.waiting(record, part, inVain);
        }
        Optional<SiteRules> rules = rules(key, history, generations, number);
        if (rules.isEmpty()) {
            return Admission.refused(letter(
                    record,
                    place,
                    key.tenant(),
                    key.site(),
                    RejectCode.TENANT_MISMATCH,
                    "no generation " + number + " of site " + key.site() + " was published; use: site rebuild"));
        }
        return new FrameAdmission(record, frame, key, rules.get(), place, clock.isSuspect(), part).admit();
    }

    /** What is known of the site of a key, tenant|site|owner, by a time; null when nothing is. */
    InventoryHistory inventoryOf(String key, long storedMillis) {
        String[] parts = key.split("\\|", 3);
        return sites.findAgain(parts[0], parts[1], storedMillis);
    }

    /** What the topic grants and the record's key says must be what the frame says. */
    private static Optional<DeadLetter> foreign(TelemetryRecord record, FrameKey key) {
        Optional<Topics.Telemetry> granted = Topics.parse(record.topic());
        boolean ofTopic = granted.isPresent()
                && granted.get().tenant().equals(key.tenant())
                && granted.get().site().map(key.site()::equals).orElse(true);
        if (ofTopic && record.key().equals(key.toString())) {
            return Optional.empty();
        }
        return Optional.of(letter(
                record,
                Place.of(record),
                "",
                "",
                RejectCode.TENANT_MISMATCH,
                "frame of " + key + " on topic " + record.topic() + " under key " + record.key()));
    }

    /**
     * Whether a later generation alone accounts for what the broker stored at this time: it is copied to that one's topic.
     * Stored time decides, so that a replay answers the same however late the later generation was heard of.
     */
    private static boolean isTakenOver(List<SiteGeneration> generations, int number, long storedMillis) {
        return generations.stream()
                .anyMatch(later -> later.number() > number
                        && storedMillis >= later.previousUntil().toEpochMilli());
    }

    /** Empty for a generation that was never published. */
    private Optional<SiteRules> rules(
            FrameKey key, InventoryHistory history, List<SiteGeneration> generations, int number) {
        String site = key.tenant() + "|" + key.site() + "|" + number;
        KnownRules known = rulesBySite.get(site);
        if (known != null && known.of() == history) {
            return Optional.of(known.rules());
        }
        Optional<SiteGeneration> generation =
                generations.stream().filter(g -> g.number() == number).findFirst();
        Optional<InventoryHistory> versions = history.knownTo(number);
        if (number > 0 && generation.isEmpty() || versions.isEmpty()) {
            return Optional.empty();
        }
        long floor = generation.map(g -> g.floor().toEpochMilli()).orElse(Long.MIN_VALUE);
        SiteRules rules = new SiteRules(versions.get(), floor);
        rulesBySite.put(site, new KnownRules(history, rules));
        return Optional.of(rules);
    }

    private static DeadLetter letter(
            TelemetryRecord record, Place place, String tenant, String site, RejectCode code, String detail) {
        return new DeadLetter(
                place.topic(),
                place.partition(),
                place.offset(),
                tenant,
                site,
                "",
                0,
                WHOLE_FRAME,
                code.name(),
                detail,
                Instant.ofEpochMilli(record.appendedMillis()),
                record.value());
    }
}
