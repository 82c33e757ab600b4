using TorchSharp;

namespace Magma.Torch.Tests;

public class TorchLibraryTests
{
    [Fact]
    public void The_library_says_what_it_is()
    {
        Assert.Matches(@"^\d+\.\d+\.\d+", TorchLibrary.Version);
        Assert.Contains("OpenBLAS", TorchLibrary.Blas, StringComparison.Ordinal);
        Assert.True(TorchLibrary.CudaDevices >= 0);
        Assert.Equal(TorchLibrary.CudaDevices > 0, torch.cuda.is_available());
        Assert.NotEmpty(TorchLibrary.BuildConfiguration);
        Assert.NotEmpty(TorchLibrary.Threading);
    }

    [Fact]
    public void The_thread_count_is_set_and_read()
    {
        var before = torch.get_num_threads();
        torch.set_num_threads(1);
        Assert.Equal(1, TorchLibrary.Threads);
        torch.set_num_threads(before);
        Assert.Equal(before, TorchLibrary.Threads);
    }

    [Fact]
    public void One_thread_per_core_is_used_where_nobody_said_otherwise()
    {
        if (Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is not null) return;
        int cores = Directory.GetDirectories("/sys/devices/system/cpu", "cpu*")
            .Select(cpu => Path.Combine(cpu, "topology", "thread_siblings_list"))
            .Where(File.Exists).Select(File.ReadAllText).Distinct().Count();
        Assert.InRange(torch.get_num_threads(), Math.Min(2, cores), Math.Max(1, cores));
    }
}
