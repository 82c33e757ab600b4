namespace Magma.Onnx.Tests;

public sealed class TelemetryTests
{
    [Fact]
    public void The_library_opens_no_store_of_events_to_report()
    {
        using var session = new OnnxSession(Golden.Locate("classifier.onnx"));
        string[] open = [.. Directory.EnumerateFileSystemEntries("/proc/self/fd").Select(entry => new FileInfo(entry).LinkTarget ?? "")];
        Assert.NotEmpty(open);
        Assert.DoesNotContain(open, path => path.Contains("onnxruntime.db"));
    }
}
