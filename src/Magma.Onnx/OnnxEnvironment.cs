using System.Runtime.InteropServices;
using Magma.Onnx.Native;
using Microsoft.ML.OnnxRuntime;

namespace Magma.Onnx;

/// <summary>The ONNX Runtime that is loaded into this process. Its telemetry is off.</summary>
public static class OnnxEnvironment
{
    private const int GrowByDoubling = 0;

    // More than the networks and maps of one large screen.
    private const int FirstBytes = 1 << 30;

    private static readonly Lazy<OrtEnv> Instance = new(Create);

    /// <summary>The library's version, for example <c>1.29.0</c>.</summary>
    /// <exception cref="DllNotFoundException">The native library is not beside the assembly.</exception>
    public static string Version => Instance.Value.GetVersionString();

    /// <summary>The execution providers compiled into the library, in its order of preference, for example <c>CPUExecutionProvider</c>.</summary>
    public static IReadOnlyList<string> Providers => Instance.Value.GetAvailableProviders();

    /// <summary>Why <see cref="OnnxDevice.Cuda"/> cannot be used here; null when all it needs was found.</summary>
    public static string? CudaObstacle()
    {
        string folder = AppContext.BaseDirectory;
        if (!File.Exists(Path.Combine(folder, "libonnxruntime_providers_cuda.so")))
            return "the npm package com.github.asus4.onnxruntime.linux-x64-gpu is not installed (npm install it, then build again)";
        if (!NativeLibrary.TryLoad("libcuda.so.1", out nint driver))
            return "no NVIDIA driver was found (libcuda.so.1 cannot be loaded)";
        NativeLibrary.Free(driver);
        return null;
    }

    /// <summary>The version of oneDNN, which computes convolutions in bfloat16; see <see cref="OnnxOptions"/>.</summary>
    /// <exception cref="DllNotFoundException">The native library is not beside the assembly.</exception>
    public static string DnnVersion => DnnNative.Version;

    /// <summary>Whether this processor has instructions for bfloat16 (AVX-512 BF16), so that <see cref="OnnxOptions.BFloat16"/> has an effect.</summary>
    public static bool HasBFloat16 => DnnNative.Can;

    internal static OrtEnv Get() => Instance.Value;

    private static OrtEnv Create()
    {
        // Whatever goes wrong arrives as an exception; the library's own log lines would only repeat it on the error stream.
        var options = new EnvironmentCreationOptions { logId = "magma", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        bool ours = !OrtEnv.IsCreated;
        OrtEnv environment = ours ? OrtEnv.CreateInstanceWithOptions(ref options) : OrtEnv.Instance();
        environment.DisableTelemetryEvents();
        if (ours)
        {
            // One arena for all sessions, in one piece: maps of another size then take the same place. Grown by what is asked for, every larger size
            // leaves the blocks of the smaller ones behind. Memory that nothing wrote to is only an address.
            using var memory = new OrtMemoryInfo(OrtMemoryInfo.allocatorCPU, OrtAllocatorType.ArenaAllocator, 0, OrtMemType.Default);
            using var arena = new OrtArenaCfg(0, GrowByDoubling, FirstBytes, -1);
            environment.CreateAndRegisterAllocator(memory, arena);
        }

        return environment;
    }
}
