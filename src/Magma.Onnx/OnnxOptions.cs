namespace Magma.Onnx;

/// <summary>Where a model runs.</summary>
public enum OnnxDevice
{
    /// <summary>The processor. The same inputs give the same bytes on every run with the same number of threads.</summary>
    Cpu,

    /// <summary>
    /// The first NVIDIA GPU, with convolution algorithms fixed instead of tuned and TF32 off, so that runs repeat. Needs the npm package
    /// <c>com.github.asus4.onnxruntime.linux-x64-gpu</c> and a driver.
    /// </summary>
    Cuda,
}

/// <summary>How a model runs.</summary>
/// <param name="Threads">Threads that one operator may use, at least 1; null for one per core.</param>
/// <param name="Device">Where it runs.</param>
/// <param name="Fold">
/// Whether scales and hard swishes are folded into the convolutions before them when the model is loaded. Networks of the MobileNet family as PaddleOCR
/// exports them run a fifth faster on the processor; results differ by rounding. Models without such parts stay as they are.
/// </param>
/// <param name="BFloat16">
/// Whether convolutions from the input on, and what lies between them, are computed in bfloat16 with sums in float32, by oneDNN, where the processor has
/// instructions for it (AVX-512 BF16) and the model takes one picture: half the time, three digits. Weights are folded as with <paramref name="Fold"/>.
/// Elsewhere, and on a GPU, nothing changes.
/// </param>
public sealed record OnnxOptions(int? Threads = null, OnnxDevice Device = OnnxDevice.Cpu, bool Fold = false, bool BFloat16 = false);
