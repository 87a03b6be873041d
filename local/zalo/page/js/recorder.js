// Recording a voice message. Without a microphone a sample can be sent instead.
import { h, icon, iconButton, replace } from "./dom.js";
import { duration } from "./format.js";

export function recorder({ done, cancelled, sample }) {
  const clock = h("time", {}, "0:00");
  const level = h("i");
  const bar = h("div.recorder", { "data-testid": "recorder" });
  let stream = null;
  let machine = null;
  let ended = false;

  function end() {
    ended = true;
    stream?.getTracks().forEach((track) => track.stop());
  }

  async function begin() {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      replace(bar, icon("mic", { width: 22 }), h("span", { style: "flex:1" }, "Không dùng được micro."),
        h("button.pill", { type: "button", "data-testid": "voice-sample", onclick: sample }, "Gửi mẫu"),
        iconButton("close", "Đóng", cancelled));
      return;
    }
    if (ended) { end(); return; }
    const pieces = [];
    const began = performance.now();
    const type = ["audio/mp4", "audio/webm"].find((one) => MediaRecorder.isTypeSupported(one)) || "";
    machine = new MediaRecorder(stream, type ? { mimeType: type } : {});
    machine.ondataavailable = (event) => pieces.push(event.data);
    machine.start();
    replace(bar, iconButton("trash", "Bỏ bản ghi", () => { end(); cancelled(); }), h("span.dot"), clock, h("div.level", {}, level),
      iconButton("send", "Gửi bản ghi", () => {
        machine.onstop = () => {
          const ending = machine.mimeType.includes("mp4") ? "m4a" : "webm";
          done(new File(pieces, `ghi-am.${ending}`, { type: machine.mimeType.split(";")[0] }));
          end();
        };
        machine.stop();
      }, { "data-testid": "voice-send" }));
    const meter = loudness(stream);
    const tick = () => {
      if (ended || !bar.isConnected) { end(); return; }
      clock.textContent = duration((performance.now() - began) / 1000);
      level.style.width = `${Math.round(meter() * 100)}%`;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  begin();
  return bar;
}

function loudness(stream) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Uint8Array(analyser.fftSize);
  return () => {
    analyser.getByteTimeDomainData(samples);
    return Math.min(1, Math.max(...samples.map((value) => Math.abs(value - 128))) / 90);
  };
}
