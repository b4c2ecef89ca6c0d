package io.joulestream.ingest.world;
import java.time.*; import java.util.*; import io.joulestream.wire.v1.*;
class Scratch {
  public static void main(String[] a) throws Exception {
    Instant end = Instant.parse("2026-11-25T15:00:00Z");
    for (int round = 0; round < 2; round++) {
      World w = World.demo(7, end); FeedPlan p = FeedPlan.demo(w);
      Map<String,long[]> per = new TreeMap<>();
      for (WorldSite s : w.sites()) {
        World one = World.of(List.of(s.preset()), 7, w.start(), w.end());
        Feed f = new Feed(one, p); long t=System.nanoTime(); long frames=0, bytes=0;
        Iterator<TelemetryFrame> it = f.framesBetween(w.start(), w.end());
        while (it.hasNext()) { frames++; bytes += it.next().getSerializedSize(); }
        long ms=(System.nanoTime()-t)/1_000_000;
        System.out.println(s.id()+" samples "+f.samples()+" frames "+frames+" bytes "+bytes+" ms "+ms+" = "+f.samples()*1000/Math.max(1,ms)+"/s");
        if (round==1) { System.out.println(" facility/it " + s.facilityMicrojoules(w.start(),w.end())*1000/s.itMicrojoules(w.start(),w.end())+" it kWh "+s.itMicrojoules(w.start(),w.end())/3_600_000_000_000L); System.out.println(s.partsMicrojoules(w.start(),w.end()));
          for (WorldRun r: s.runs(w.end())) System.out.println("  "+r.id()+" "+r.start()+" "+r.end()+" "+r.attempts().size()); }
      }
      long t=System.nanoTime();
      TruthFile tf = TruthFile.of(w,p,end); System.out.println("truth ms "+(System.nanoTime()-t)/1000000+" cells "+tf.cells().size()+" steps "+tf.steps().size()+" unk "+tf.unknowable().size());
      if(round==1){ tf.faults().forEach(System.out::println); tf.unknowable().stream().filter(u->u.reason().contains("reset")||u.table().name().contains("HOUR")).forEach(System.out::println);
       java.nio.file.Path f=java.nio.file.Path.of("/tmp/world-truth.gz"); t=System.nanoTime(); tf.write(f); System.out.println("write ms "+(System.nanoTime()-t)/1000000+" size "+java.nio.file.Files.size(f)); t=System.nanoTime(); TruthFile.read(f); System.out.println("read ms "+(System.nanoTime()-t)/1000000);
       System.out.println(w.sites().get(0).siteYaml()); }
    }
  }
}
