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
public sealed record OnnxOptions(int? Threads = null, OnnxDevice Device = OnnxDevice.Cpu);
