// What a scan is answered with for who does not look: a tone and, on a phone, a vibration of its own
// for each outcome. `hangtag.feedback("captured" | "done" | "attention" | "refused")`.
"use strict";

window.hangtag = window.hangtag || {};

(() => {
  const TONES = {
    captured: [["sine", 880, 0, 0.03, 0.12]],
    done: [["sine", 1320, 0, 0.09, 0.25]],
    attention: [
      ["triangle", 660, 0, 0.12, 0.25],
      ["triangle", 660, 0.18, 0.12, 0.25],
    ],
    refused: [
      ["square", 220, 0, 0.18, 0.15],
      ["square", 180, 0.22, 0.3, 0.15],
    ],
  };
  const SHAKES = { captured: [], done: [40], attention: [80, 60, 80], refused: [300, 80, 300] };
  let sound = null;

  hangtag.feedback = (outcome) => {
    // Browsers play nothing before the first key or touch: an answer to an earlier page's scan.
    if (navigator.userActivation && !navigator.userActivation.hasBeenActive) return;
    try {
      sound = sound || new AudioContext();
      for (const [shape, pitch, after, length, loud] of TONES[outcome]) {
        const tone = sound.createOscillator();
        const volume = sound.createGain();
        tone.type = shape;
        tone.frequency.value = pitch;
        volume.gain.value = loud;
        tone.connect(volume).connect(sound.destination);
        tone.start(sound.currentTime + after);
        tone.stop(sound.currentTime + after + length);
      }
    } catch {
      // A machine without sound still shows colour, sign and word.
    }
    if (navigator.vibrate && SHAKES[outcome].length) navigator.vibrate(SHAKES[outcome]);
  };
})();
