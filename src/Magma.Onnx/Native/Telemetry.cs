using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Magma.Onnx.Native;

/// <summary>
/// Keeps ONNX Runtime from reporting: from 1.29 on its Linux library writes a device id below the user's cache folder and sends session details
/// to its makers unless <c>ORT_DISABLE_TELEMETRY</c> is set before it starts. The API's own switch comes too late for that.
/// </summary>
internal static partial class Telemetry
{
    // A module initializer, so that code which uses Microsoft's classes directly is covered too.
    // .NET's own environment is a copy that native code does not see, hence the C function.
#pragma warning disable CA2255 // The rule asks libraries to start nothing by themselves; this starts nothing, it keeps something from starting.
    [ModuleInitializer]
    internal static void TurnOff() => SetEnvironmentVariable("ORT_DISABLE_TELEMETRY", "1", overwrite: 1);
#pragma warning restore CA2255

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironmentVariable(string name, string value, int overwrite);
}
