using Magma.Torch;

namespace Magma.Models.Tests;

/// <summary>The devices that this machine has: tests that take one run on every one.</summary>
public static class TestDevices
{
    public static string[] Names => TorchLibrary.CudaDevices > 0 ? ["cpu", "cuda"] : ["cpu"];

    public static TheoryData<string> All => [.. Names];
}
