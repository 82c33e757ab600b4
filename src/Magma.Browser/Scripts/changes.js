// Changes of the document and of its same-origin frames so far, told after two frames have been drawn; also whether fonts and pictures are there.
() => new Promise(done => {
  const key = Symbol.for('magma.capture');
  const windows = [];
  const collect = w => {
    try {
      void w.document.body;
      windows.push(w);
      for (let i = 0; i < w.frames.length; i++) collect(w.frames[i]);
    } catch { /* another origin: not ours to look into */ }
  };
  collect(window);
  const answer = () => done({
    changes: windows.reduce((sum, w) => sum + (w[key] ? w[key].changes : 0), 0),
    ready: windows.every(w => w.document.readyState === 'complete' && w.document.fonts.status === 'loaded'),
  });
  const frame = window[key] ? window[key].frame : requestAnimationFrame;
  frame(() => frame(answer));
})
