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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
    /**
     * More changes than these do not wait for the checkpoint: a topic that is read again brings months between two, and a
     * job's accounts two days of all its nodes.
     */
    static final int MOST_UNPUBLISHED = 20_000;

    private final JobConfig config;

    private final SiteLookup.Opener sites;

    private transient SiteLookup inventories;
    private transient AdmitFrame admission;
    private transient ValueState<byte[]> ledgers;
    private transient ValueState<byte[]> parked;
    /** All owners of this subtask that have frames parked. */
    private transient Map<String, ParkedOwner> parkedOwners;

    private transient Map<Partition, Moment> newest;

    private transient HoursInState olderHours;
    /** Least recently used first. */
    private transient LinkedHashMap<String, OwnerAccount> open;

    private transient int unpublished;

    private record Partition(String topic, int number) {
        static Partition of(TelemetryRecord record) {
            return new Partition(record.topic(), record.partition());
        }
    }

    /** When a partition had come how far. */
    private record Moment(long offset, long appendedMillis, long storedMillis) {
        static Moment of(TelemetryRecord record) {
            return new Moment(record.offset(), record.appendedMillis(), record.storedMillis());
        }
    }

    /**
     * What an owner with parked frames waits for.
     *
     * @param key of its frames
     * @param newestOffset by which something of it was tried last
     * @param eldestMillis when its oldest parked frame was appended
     * @param triedWith the inventory it was tried with last; null before the first try since the job started
     */
    private record ParkedOwner(
            Partition partition, String key, long newestOffset, long eldestMillis, InventoryHistory triedWith) {}

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
        newest = new HashMap<>();
        parkedOwners = new TreeMap<>();
        for (String key : parkedKeys()) {
            setCurrentKey(key);
            remember(Parking.decode(parked.value()), null);
        }
        inventories = sites.open(config.kafka());
        admission = new AdmitFrame(inventories);
    }

    private List<String> parkedKeys() throws Exception {
        try (Stream<String> all = this.<String>getKeyedStateBackend().getKeys(PARKED_FRAMES, VoidNamespace.INSTANCE)) {
            return all.sorted().toList();
        }
    }

    @Override
    public void processElement(StreamRecord<TelemetryRecord> element) throws Exception {
        TelemetryRecord record = element.getValue();
        Moment now = Moment.of(record);
        newest.put(Partition.of(record), now);
        resume(now);
        Admission.Waiting rest = take(record, false, now.offset() + 1);
        if (rest != null) {
            park(rest, now);
        }
        closeEldest();
        if (unpublished > MOST_UNPUBLISHED) {
            publishOpen();
        }
    }

    /**
     * Takes what may enter.
     *
     * @param part whether the rest of the frame has entered before
     * @param revision of the rows that it changes: greater than that of any frame of the owner that has come
     * @return what must wait for an inventory; null when there is nothing
     */
    private Admission.Waiting take(TelemetryRecord record, boolean part, long revision) throws Exception {
        Admission admitted = admission.admit(record, part);
        if (admitted.key() == null) {
            admitted.refused().forEach(letter -> emit(REFUSED, letter));
            return admitted.waiting();
        }
        OwnerAccount account = account(record, admitted);
        int before = account.unpublished();
        OwnerChanges changes = account.enter(admitted, revision, record.appendedMillis());
        unpublished += account.unpublished() - before;
        if (changes.repeated()) {
            return null;
        }
        admitted.refused().forEach(letter -> emit(REFUSED, letter));
        changes.rejects().forEach(reject -> emit(REFUSED, letter(record, admitted, reject)));
        return admitted.waiting();
    }

    private void park(Admission.Waiting rest, Moment now) throws Exception {
        ParkedOwner known = parkedOwners.get(stateKey());
        Parking parking = Parking.decode(parked.value());
        parking.add(new Parking.Parked(rest.record(), rest.part()));
        giveUpBeyondBounds(parking, now);
        keep(parking, known == null ? null : known.triedWith());
    }

    /**
     * Lets in what an owner's parked frames may enter by now, in their order, before its next one. What has waited too
     * long becomes dead letters. Only when more of the site is known than at the last try is there anything to try.
     *
     * @param now of the frame that lets them in: the owner's next, or, when the owner is silent, another's of its partition
     */
    private void resume(Moment now) throws Exception {
        ParkedOwner known = parkedOwners.get(stateKey());
        if (known == null) {
            return;
        }
        Parking before = Parking.decode(parked.value());
        giveUpBeyondBounds(before, now);
        InventoryHistory history = admission.inventoryOf(known.key(), now.storedMillis());
        boolean news = history != null && history != known.triedWith();
        Parking after = new Parking();
        for (var frame = before.poll(); frame != null; frame = before.poll()) {
            Admission.Waiting still = news
                    ? take(frame.record(), frame.part(), now.offset() + 1)
                    : new Admission.Waiting(frame.record(), frame.part(), List.of());
            if (still != null) {
                after.add(new Parking.Parked(still.record(), still.part()));
            }
        }
        after.triedAt(now.offset());
        keep(after, history);
    }

    /**
     * Looks after owners that have frames parked and send no more. A frame of somebody else on their partition lets them
     * in: its offset lies between those of the owner's last frame and its next, whenever that comes.
     */
    private void resumeSilent() throws Exception {
        for (Map.Entry<String, ParkedOwner> silent : new TreeMap<>(parkedOwners).entrySet()) {
            ParkedOwner known = silent.getValue();
            Moment now = newest.get(known.partition());
            if (now == null || now.offset() <= known.newestOffset()) {
                continue;
            }
            InventoryHistory history = admission.inventoryOf(known.key(), now.storedMillis());
            boolean news = history != null && history != known.triedWith();
            if (news || Parking.isTooOld(known.eldestMillis(), now.appendedMillis())) {
                setCurrentKey(silent.getKey());
                resume(now);
                closeEldest();
            }
        }
    }

    private void giveUpBeyondBounds(Parking parking, Moment now) throws Exception {
        for (var beyond = parking.pollBeyondBounds(now.appendedMillis()); beyond != null; ) {
            giveUp(beyond, now.offset() + 1);
            beyond = parking.pollBeyondBounds(now.appendedMillis());
        }
    }

    /** Takes what may enter after all; the rest becomes dead letters. */
    private void giveUp(Parking.Parked frame, long revision) throws Exception {
        Admission.Waiting inVain = take(frame.record(), frame.part(), revision);
        if (inVain != null) {
            inVain.letters().forEach(letter -> emit(REFUSED, letter));
        }
    }

    private void keep(Parking parking, InventoryHistory triedWith) throws Exception {
        parked.update(parking.encode());
        remember(parking, triedWith);
    }

    private void remember(Parking parking, InventoryHistory triedWith) {
        if (parking.isEmpty()) {
            parkedOwners.remove(stateKey());
            return;
        }
        TelemetryRecord eldest = parking.peek().record();
        parkedOwners.put(
                stateKey(),
                new ParkedOwner(
                        Partition.of(eldest),
                        eldest.key(),
                        parking.newestOffset(),
                        eldest.appendedMillis(),
                        triedWith));
    }

    /** No inventory comes after the end: what still waits becomes dead letters. */
    @Override
    public void endInput() throws Exception {
        for (String key : List.copyOf(parkedOwners.keySet())) {
            setCurrentKey(key);
            Parking parking = Parking.decode(parked.value());
            long revision = parking.newestOffset() + 2; // no frame comes after the newest whose revision this would be
            for (var frame = parking.poll(); frame != null; frame = parking.poll()) {
                giveUp(frame, revision);
            }
            keep(parking, null);
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
        resumeSilent();
        publishOpen();
    }

    private void publishOpen() throws Exception {
        for (Map.Entry<String, OwnerAccount> account : open.entrySet()) {
            publish(account.getKey(), account.getValue());
        }
        open.clear();
    }

    private void publish(String key, OwnerAccount account) throws Exception {
        setCurrentKey(key);
        unpublished -= account.unpublished();
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
