// Brings everything that moves to one state: transitions and finite animations to their end, endless ones to their beginning, films to theirs.
() => {
  const roots = [];
  const collect = root => {
    roots.push(root);
    for (const e of root.querySelectorAll('*')) {
      if (e.shadowRoot) collect(e.shadowRoot);
      if (e instanceof HTMLMediaElement) { e.autoplay = false; e.pause(); if (e.currentTime) e.currentTime = 0; }
      if (e instanceof SVGSVGElement && !e.ownerSVGElement) { e.pauseAnimations(); e.setCurrentTime(0); }
      if (e.tagName === 'MARQUEE') e.stop();
      if (e.tagName === 'IFRAME') try { if (e.contentDocument) collect(e.contentDocument); } catch { /* another origin */ }
    }
  };
  collect(document);
  for (const root of roots) {
    for (const animation of root.getAnimations()) {
      const timing = animation.effect && animation.effect.getComputedTiming();
      if (timing && Number.isFinite(timing.endTime) && animation.playbackRate !== 0) animation.finish();
      else animation.cancel();
    }
  }
}
