using Magma.Testing;

namespace Magma.Annotation.Tests;

public sealed class RunRecordsTests
{
    [Fact]
    public async Task A_record_that_another_process_clears_away_meanwhile_reads_as_none()
    {
        using var folder = new TemporaryFolder();
        string path = folder["00000001.json"];
        var record = new RunError("page.png", null, "input", "It is empty.");
        using var done = new CancellationTokenSource();
        Task writer = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                RunRecords.Write(path, record);
                File.Delete(path);
            }
        });
        try
        {
            for (int reading = 0; reading < 20_000; reading++)
            {
                if (RunRecords.Read<RunError>(path) is { } read) Assert.Equal(record, read);
            }
        }
        finally
        {
            await done.CancelAsync();
            await writer;
        }
    }
}
