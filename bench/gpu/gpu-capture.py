#!/usr/bin/env python3
"""Captures real GPU telemetry of a small training workload, for use as a sample with known provenance.

Writes into the directory given as the first argument (default: $OUT or .):
  nvml.csv    one row per NVML poll: unix_ms,gpu,power_mw,power_instant_mw,energy_mj,sm_mhz,mem_mhz,temp_c,util_pct,fb_used_bytes
  steps.jsonl one line per event: phase starts/ends and steps {"unix_ms","event","phase","precision","step","tokens","loss","seconds"}
  x.bf16, w.bf16, dy.bf16  256 x 512 numbers, little-endian, of the input, the weight and the gradient of a middle layer in the bf16 phase
  about.json  hardware, driver, library versions, phases, start and end

Phases: idle, then per precision (fp32, tf32, fp16, bf16, fp8 where it runs): warm-up, measured steps, a checkpoint stall; then a bf16 phase
that "crashes" and restarts from its checkpoint (its replayed steps are logged with their original numbers); idle again.
Energy is the board's own counter where NVML has it (total_energy_consumption, mJ since the driver was loaded).
Usage: gpu-capture.py [DIR] [SECONDS_PER_PHASE=25]
"""
import json, os, sys, threading, time

out = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("OUT", ".")
seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 25.0
os.makedirs(out, exist_ok=True)

import torch, torch.nn as nn, torch.nn.functional as F
import pynvml as nv

nv.nvmlInit()
handles = [nv.nvmlDeviceGetHandleByIndex(i) for i in range(nv.nvmlDeviceGetCount())]
now = lambda: int(time.time() * 1000)
stop = threading.Event()
log = open(os.path.join(out, "steps.jsonl"), "w")


def event(**kw):
    log.write(json.dumps({"unix_ms": now(), **kw}) + "\n")
    log.flush()


def read(f, *a):
    try:
        return f(*a)
    except nv.NVMLError:
        return ""


def instant(handle):
    """Power at this moment; power_mw is the driver's average of about a second on these boards."""
    try:
        field = nv.nvmlDeviceGetFieldValues(handle, [nv.NVML_FI_DEV_POWER_INSTANT])[0]
        return field.value.uiVal if field.nvmlReturn == nv.NVML_SUCCESS else ""
    except Exception:
        return ""


def poll():
    with open(os.path.join(out, "nvml.csv"), "w") as f:
        f.write("unix_ms,gpu,power_mw,power_instant_mw,energy_mj,sm_mhz,mem_mhz,temp_c,util_pct,fb_used_bytes\n")
        while not stop.is_set():
            for i, h in enumerate(handles):
                util = read(nv.nvmlDeviceGetUtilizationRates, h)
                mem = read(nv.nvmlDeviceGetMemoryInfo, h)
                row = [now(), i, read(nv.nvmlDeviceGetPowerUsage, h), instant(h), read(nv.nvmlDeviceGetTotalEnergyConsumption, h),
                       read(nv.nvmlDeviceGetClockInfo, h, nv.NVML_CLOCK_SM), read(nv.nvmlDeviceGetClockInfo, h, nv.NVML_CLOCK_MEM),
                       read(nv.nvmlDeviceGetTemperature, h, nv.NVML_TEMPERATURE_GPU), getattr(util, "gpu", ""), getattr(mem, "used", "")]
                f.write(",".join(map(str, row)) + "\n")
            f.flush()
            stop.wait(0.1)


class Fp8Linear(nn.Linear):
    """Forward product in FP8 E4M3 with per-tensor scales; backward in bf16. For power, not for model quality."""

    def forward(self, x):
        flat = x.reshape(-1, x.shape[-1])
        return Fp8Matmul.apply(flat, self.weight).reshape(*x.shape[:-1], -1)


class Fp8Matmul(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w):
        ctx.save_for_backward(x, w)
        sx, sw = (448.0 / t.abs().amax().float().clamp(min=1e-12) for t in (x, w))
        qx, qw = (x.float() * sx).to(torch.float8_e4m3fn), (w.float() * sw).to(torch.float8_e4m3fn)
        return torch._scaled_mm(qx, qw.t(), scale_a=1 / sx, scale_b=1 / sw, out_dtype=torch.bfloat16)

    @staticmethod
    def backward(ctx, g):
        x, w = ctx.saved_tensors
        return g @ w.to(g.dtype), g.t() @ x.to(g.dtype)


class Block(nn.Module):
    def __init__(self, d, heads, linear):
        super().__init__()
        self.h, self.n1, self.n2 = heads, nn.LayerNorm(d), nn.LayerNorm(d)
        self.qkv, self.o = linear(d, 3 * d, bias=False), linear(d, d, bias=False)
        self.up, self.down = linear(d, 4 * d, bias=False), linear(4 * d, d, bias=False)

    def forward(self, x):
        b, t, d = x.shape
        q, k, v = self.qkv(self.n1(x)).view(b, t, 3, self.h, d // self.h).permute(2, 0, 3, 1, 4)
        x = x + self.o(F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(b, t, d))
        return x + self.down(F.gelu(self.up(self.n2(x))))


class Model(nn.Module):
    def __init__(self, linear, d=2048, layers=12, vocab=32768):
        super().__init__()
        self.emb, self.blocks = nn.Embedding(vocab, d), nn.ModuleList(Block(d, 16, linear) for _ in range(layers))
        self.head = nn.Linear(d, vocab, bias=False)

    def forward(self, ids):
        x = self.emb(ids)
        for blk in self.blocks:
            x = blk(x)
        return self.head(x)


def keep(name, t):
    t.detach().flatten(0, -2)[:256, :512].contiguous().view(torch.int16).cpu().numpy().astype("<i2").tofile(os.path.join(out, name + ".bf16"))


def train(phase, precision, limit, batch=8, seq=1024, crash_at=None):
    torch.manual_seed(1)
    torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
    dtype = {"fp16": torch.float16, "bf16": torch.bfloat16, "fp8": torch.bfloat16}.get(precision, torch.float32)
    model = Model(Fp8Linear if precision == "fp8" else nn.Linear).cuda().to(dtype)
    opt = torch.optim.SGD(model.parameters(), lr=1e-3)
    event(event="phase_start", phase=phase, precision=precision, parameters=sum(p.numel() for p in model.parameters()))
    step, saved, crashed, t0 = 0, 0, crash_at is None, time.time()
    while time.time() - t0 < limit:
        s0 = time.time()
        hooks = []
        if phase == "bf16" and step == 30:
            layer = model.blocks[6].up
            keep("w", layer.weight)
            hooks.append(layer.register_forward_hook(lambda m, i, o: keep("x", i[0])))
            hooks.append(layer.register_full_backward_hook(lambda m, gi, go: keep("dy", go[0])))
        ids = torch.randint(0, 32768, (batch, seq + 1), device="cuda")
        loss = F.cross_entropy(model(ids[:, :-1]).float().flatten(0, 1), ids[:, 1:].flatten())
        loss.backward()
        for hook in hooks:
            hook.remove()
        opt.step()
        opt.zero_grad(set_to_none=True)
        torch.cuda.synchronize()
        step += 1
        event(event="step", phase=phase, precision=precision, step=step, tokens=batch * seq, loss=float(loss), seconds=time.time() - s0)
        if step % 20 == 0:
            event(event="checkpoint_start", phase=phase, step=step)
            torch.save({"w": model.state_dict()}, "/dev/shm/capture.ckpt" if os.path.isdir("/dev/shm") else os.path.join(out, "ckpt"))
            saved = step
            event(event="checkpoint_end", phase=phase, step=step)
        if not crashed and time.time() - t0 > crash_at:
            crashed = True
            event(event="crash", phase=phase, step=step)
            time.sleep(3)
            step = saved
            event(event="restart", phase=phase, from_step=saved)
    event(event="phase_end", phase=phase, precision=precision, steps=step)
    del model, opt
    torch.cuda.empty_cache()


poller = threading.Thread(target=poll, daemon=True)
poller.start()
start = now()
event(event="idle_start")
time.sleep(10)
event(event="idle_end")
phases = []
for precision in ("fp32", "tf32", "fp16", "bf16", "fp8"):
    try:
        train(precision, precision, seconds)
        phases.append(precision)
    except Exception as e:
        event(event="phase_failed", phase=precision, reason=repr(e)[:300])
try:
    train("bf16-restart", "bf16", seconds, crash_at=seconds / 2)
    phases.append("bf16-restart")
except Exception as e:
    event(event="phase_failed", phase="bf16-restart", reason=repr(e)[:300])
event(event="idle_start")
time.sleep(10)
event(event="idle_end")
stop.set()
poller.join(2)
text = lambda v: v.decode() if isinstance(v, bytes) else str(v)
json.dump({"gpus": [text(nv.nvmlDeviceGetName(h)) for h in handles], "driver": text(nv.nvmlSystemGetDriverVersion()), "torch": torch.__version__,
           "power_limit_mw": [read(nv.nvmlDeviceGetEnforcedPowerLimit, h) for h in handles], "phases": phases, "start_ms": start, "end_ms": now()},
          open(os.path.join(out, "about.json"), "w"), indent=1)
print(open(os.path.join(out, "about.json")).read())
