package io.joulestream.streaming;

import io.joulestream.core.account.GroupReport;
import io.joulestream.core.account.MeterReport;
import io.joulestream.core.account.RunReport;
import io.joulestream.core.account.SiteReport;
import io.joulestream.core.energy.OwnerChanges;
import io.joulestream.core.energy.OwnerLedger;
import io.joulestream.core.energy.OwnerLedgerCodec;
import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameKey;
import io.joulestream.wire.Topics;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.BasicTypeInfo;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Frames of owners to minute energies of their channels, keyed by owner.
 *
 * <p>State, per owner: what of its ledger is at hand, as bytes, and what is put away, by UTC hour. Between checkpoints the ledgers in use are kept decoded, a
 * bounded number of them; what changed is published once, before the next barrier, so a row that a hundred frames touched
 * is written once, and everything published is settled when the checkpoint is.
 */
final class MeterMinutes extends PublishingOperator<ChannelMinute>
        implements OneInputStreamOperator<TelemetryRecord, ChannelMinute> {
    static final OutputTag<SiteReport> SITE_REPORTS = new OutputTag<>("site-reports") {};
    static final OutputTag<RunReport> RUN_REPORTS = new OutputTag<>("run-reports") {};
    static final OutputTag<MeterReport> METER_REPORTS = new OutputTag<>("meter-reports") {};
    static final OutputTag<GroupReport> GROUP_REPORTS = new OutputTag<>("group-reports") {};
    static final OutputTag<DeadLetter> REFUSED = new OutputTag<>("refused") {};

    private static final long serialVersionUID = 1;
    private static final String PARKED_FRAMES = "parked-frames";

    private final JobConfig config;

    private final SiteLookup.Opener sites;

    private transient SiteLookup inventories;
    private transient AdmitFrame admission;
    private transient ValueState<byte[]> ledgers;
    private transient ValueState<byte[]> parked;
    /** Owners found to have nothing parked since the last checkpoint: most of them, and asking costs. */
    private transient Set<String> nothingParked;
    /** With which inventory an owner's parked frames were tried last, since the last checkpoint. */
    private transient Map<String, InventoryHistory> triedWith;

    private transient HoursInState olderHours;
    /** Least recently used first. */
    private transient LinkedHashMap<String, OwnerAccount> open;

    MeterMinutes(JobConfig config) {
        this(config, Inventories::new);
    }

    MeterMinutes(JobConfig config, SiteLookup.Opener sites) {
        this.config = config;
        this.sites = sites;
    }

    @Override
    public void open() throws Exception {
        super.open();
        ledgers = getRuntimeContext()
                .getState(new ValueStateDescriptor<>(
                        "owner-ledger", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
        parked = getRuntimeContext()
                .getState(new ValueStateDescriptor<>(
                        PARKED_FRAMES, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
        olderHours = new HoursInState(getRuntimeContext()
                .getMapState(new MapStateDescriptor<>(
                        "owner-hours",
                        BasicTypeInfo.LONG_TYPE_INFO,
                        PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO)));
        open = new LinkedHashMap<>(16, 0.75f, true);
        nothingParked = new HashSet<>();
        triedWith = new HashMap<>();
        inventories = sites.open(config.kafka());
        admission = new AdmitFrame(inventories);
    }

    @Override
    public void processElement(StreamRecord<TelemetryRecord> element) throws Exception {
        TelemetryRecord record = element.getValue();
        resume(record);
        Admission.Waiting waiting = take(record, false);
        if (waiting != null) {
            park(waiting, record.appendedMillis());
        }
        closeEldest();
    }

    /**
     * Takes what may enter.
     *
     * @param part whether the rest of the frame has entered before
     * @return what must wait for an inventory; null when there is nothing
     */
    private Admission.Waiting take(TelemetryRecord record, boolean part) throws Exception {
        Admission admitted = admission.admit(record, part);
        if (admitted.key() == null) {
            admitted.refused().forEach(letter -> emit(REFUSED, letter));
            return admitted.waiting();
        }
        OwnerChanges changes = account(record, admitted).enter(admitted, record.offset(), record.appendedMillis());
        if (changes.repeated()) {
            return null;
        }
        admitted.refused().forEach(letter -> emit(REFUSED, letter));
        changes.rejects().forEach(reject -> emit(REFUSED, letter(record, admitted, reject)));
        return admitted.waiting();
    }

    private void park(Admission.Waiting waiting, long nowMillis) throws Exception {
        Parking parking = Parking.decode(parked.value());
        parking.add(new Parking.Parked(waiting.record(), waiting.part()));
        nothingParked.remove(stateKey());
        for (var beyond = parking.pollBeyondBounds(nowMillis); beyond != null; ) {
            giveUp(beyond);
            beyond = parking.pollBeyondBounds(nowMillis);
        }
        parked.update(parking.encode());
    }

    /**
     * Lets in what an owner's parked frames may enter by now, in their order, before its next one. What has waited too
     * long becomes dead letters. Only when more of the site is known than at the last try is there anything to try.
     */
    private void resume(TelemetryRecord next) throws Exception {
        if (nothingParked.contains(stateKey())) {
            return;
        }
        byte[] bytes = parked.value();
        if (bytes == null) {
            nothingParked.add(stateKey());
            return;
        }
        Parking before = Parking.decode(bytes);
        Parking after = new Parking();
        for (var late = before.pollBeyondBounds(next.appendedMillis()); late != null; ) {
            giveUp(late);
            late = before.pollBeyondBounds(next.appendedMillis());
        }
        InventoryHistory known = admission.inventoryOf(next.key(), next.storedMillis());
        boolean news = known != null && triedWith.put(stateKey(), known) != known;
        for (var waiting = before.poll(); waiting != null; waiting = before.poll()) {
            Admission.Waiting still = news
                    ? take(waiting.record(), waiting.part())
                    : new Admission.Waiting(waiting.record(), waiting.part(), List.of());
            if (still != null) {
                after.add(new Parking.Parked(still.record(), still.part()));
            }
        }
        parked.update(after.encode());
    }

    /** Takes what may enter after all; the rest becomes dead letters. */
    private void giveUp(Parking.Parked frame) throws Exception {
        Admission.Waiting inVain = take(frame.record(), frame.part());
        if (inVain != null) {
            inVain.letters().forEach(letter -> emit(REFUSED, letter));
        }
    }

    /** No inventory comes after the end: what still waits becomes dead letters. */
    @Override
    public void endInput() throws Exception {
        List<String> keys;
        try (Stream<String> all = this.<String>getKeyedStateBackend().getKeys(PARKED_FRAMES, VoidNamespace.INSTANCE)) {
            keys = all.sorted().toList();
        }
        for (String key : keys) {
            setCurrentKey(key);
            Parking parking = Parking.decode(parked.value());
            for (var waiting = parking.poll(); waiting != null; waiting = parking.poll()) {
                giveUp(waiting);
            }
            parked.clear();
            closeEldest();
        }
        super.endInput();
    }

    private OwnerAccount account(TelemetryRecord record, Admission admitted) throws Exception {
        OwnerAccount account = open.get(stateKey());
        if (account == null) {
            byte[] bytes = ledgers.value();
            OwnerLedger ledger = bytes == null
                    ? new OwnerLedger(olderHours)
                    : OwnerLedgerCodec.decode(bytes, admitted.rules(), olderHours);
            account = new OwnerAccount(admitted.key(), Topics.generationOf(record.topic()), ledger);
            open.put(stateKey(), account);
        }
        return account;
    }

    private String stateKey() {
        return (String) getCurrentKey();
    }

    private void closeEldest() throws Exception {
        if (open.size() > config.openOwners()) {
            Map.Entry<String, OwnerAccount> eldest = open.entrySet().iterator().next();
            publish(eldest.getKey(), eldest.getValue());
            open.remove(eldest.getKey());
        }
    }

    @Override
    void publishAll() throws Exception {
        for (Map.Entry<String, OwnerAccount> account : open.entrySet()) {
            publish(account.getKey(), account.getValue());
        }
        open.clear();
        nothingParked.clear();
        triedWith.clear();
    }

    private void publish(String key, OwnerAccount account) throws Exception {
        setCurrentKey(key);
        account.ledger().writeOlder();
        ledgers.update(OwnerLedgerCodec.encode(account.ledger()));
        account.publish(
                this::emit,
                report -> emit(SITE_REPORTS, report),
                report -> emit(RUN_REPORTS, report),
                report -> emit(METER_REPORTS, report),
                report -> emit(GROUP_REPORTS, report));
    }

    private static DeadLetter letter(TelemetryRecord record, Admission admitted, OwnerChanges.Reject reject) {
        FrameKey key = admitted.key();
        boolean ofThisFrame = reject.slot() >= 0 || reject.reading() == null;
        Place place = ofThisFrame ? admitted.place() : Place.of(record);
        byte[] payload = reject.reading() == null
                ? record.value()
                : FrameCodec.encode(SingleSample.of(
                        key,
                        reject.channel(),
                        reject.reading(),
                        admitted.rules()
                                .channelAt(reject.channel(), reject.reading().atMillis())));
        return new DeadLetter(
                place.topic(),
                place.partition(),
                place.offset(),
                key.tenant(),
                key.site(),
                reject.channel() == null ? "" : reject.channel().entity(),
                reject.channel() == null ? 0 : reject.channel().metric(),
                admitted.byReadingsAlone() && reject.slot() == 0 && place.slot() >= 0 ? place.slot() : reject.slot(),
                reject.code().name(),
                reject.detail(),
                Instant.ofEpochMilli(record.appendedMillis()),
                payload);
    }

    @Override
    public void close() throws Exception {
        if (inventories != null) {
            inventories.close();
        }
        super.close();
    }
}
