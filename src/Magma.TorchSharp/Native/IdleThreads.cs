using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>
/// Lets libtorch's idle threads sleep. OpenMP's threads spin for some milliseconds after their work, OpenBLAS's are others, and where both
/// have a thread for every core, those that spin take the cores from those that work: matrix products between other work ran at half the
/// speed. OpenMP reads this from the environment when it is loaded, before any code of the library that needs it.
/// </summary>
internal static partial class IdleThreads
{
    private const string Policy = "OMP_WAIT_POLICY";

#pragma warning disable CA2255 // It must come before the first call of any native method.
    [ModuleInitializer]
    internal static void Sleep()
    {
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("GOMP_SPINCOUNT") is null) SetEnvironment(Policy, "passive", 0);
    }
#pragma warning restore CA2255

    // The process's own environment; .NET works on a copy. A value that the user gave stays.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
