using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Magma.Vision;

/// <summary>
/// One run of ffmpeg or ffprobe. It gets a session of its own, so that Ctrl-C in a terminal reaches this process only, which then decides;
/// and the kernel kills it when this process dies, however that happens.
/// </summary>
internal sealed partial class FfmpegProcess : IDisposable
{
    // Files come from anywhere: nothing is fetched from a network, and no play list or script that names other files is followed.
    private static readonly string[] HostileInput =
    [
        "-protocol_whitelist", "file,pipe",
        "-format_whitelist",
        "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,m4v,h264,hevc,av1,ivf,obu,ogg,flv,asf,gif,apng,rm,mxf,nut,wtv,"
            + "yuv4mpegpipe",
    ];

    private const int MostWords = 4000;

    private readonly Process _process;
    private readonly StringBuilder _words = new();
    private readonly Task _listening;
    private readonly CancellationTokenRegistration _cancellation;

    /// <summary>Starts a program.</summary>
    /// <param name="program">ffmpeg or ffprobe.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="pipeInput">Whether standard input is a pipe; else it is empty.</param>
    /// <param name="listen">Gets every line of standard error, and null at its end; true for a line that is no complaint.</param>
    /// <param name="cancellation">Kills the program.</param>
    /// <exception cref="FileNotFoundException">The program is not installed.</exception>
    public FfmpegProcess(
        string program, IEnumerable<string> arguments, bool pipeInput, Func<string?, bool>? listen, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var start = new ProcessStartInfo("setsid")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (string argument in (string[])["setpriv", "--pdeathsig", "KILL", Find(program), .. arguments])
            start.ArgumentList.Add(argument);
        _process = Launcher.Start(start);
        if (!pipeInput)
            _process.StandardInput.Close();
        _listening = Task.Factory.StartNew(
            () => Listen(listen), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _cancellation = cancellation.Register(Kill);
    }

    public Stream Output => _process.StandardOutput.BaseStream;

    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>What the program complained about: the beginning of its standard error, in one line.</summary>
    public string Words
    {
        get
        {
            lock (_words)
                return _words.ToString().ReplaceLineEndings("; ").TrimEnd(' ', ';');
        }
    }

    /// <summary>Arguments that name an input file: a plain file, whatever its name looks like.</summary>
    public static string[] InputFile(string path) => [.. HostileInput, "-i", "file:" + Path.GetFullPath(path)];

    /// <summary>Full path of a program.</summary>
    /// <exception cref="FileNotFoundException">The program is not on the path.</exception>
    public static string Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException($"{program} is not installed; an administrator installs it with: apt-get install ffmpeg");

    /// <summary>Waits for the end of the program, and of what it says.</summary>
    /// <returns>The exit status.</returns>
    public int WaitForExit()
    {
        _listening.Wait();
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>Ends the program at once, if it still runs, and waits for that.</summary>
    public void Dispose()
    {
        _cancellation.Dispose();
        Kill();
        WaitForExit();
        // Process leaves streams open that someone has seen.
        Output.Dispose();
        _process.StandardError.BaseStream.Dispose();
        Input.Dispose();
        _process.Dispose();
    }

    /// <summary>Ends the program, if it still runs, without waiting.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It ended between two looks.
        }
    }

    private void Listen(Func<string?, bool>? listen)
    {
        while (_process.StandardError.ReadLine() is { } line)
        {
            if (listen?.Invoke(line) == true)
                continue;
            lock (_words)
            {
                if (_words.Length < MostWords)
                    _words.AppendLine(Address().Replace(line, ""));
            }
        }
        listen?.Invoke(null);
    }

    // Where the program keeps something, which differs from run to run: "[h264 @ 0x55d8c259d400] …".
    [GeneratedRegex(" @ 0x[0-9a-f]+(?=])")]
    private static partial Regex Address();

    /// <summary>
    /// Starts all programs from one thread that lives as long as the process: the kernel's parent-death signal goes by the thread that
    /// started the child, and threads of the pool come and go.
    /// </summary>
    private static class Launcher
    {
        private static readonly BlockingCollection<Action> Work = [];

        static Launcher() => new Thread(Run) { IsBackground = true, Name = "ffmpeg launcher" }.Start();

        public static Process Start(ProcessStartInfo start)
        {
            var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
            Work.Add(() =>
            {
                try
                {
                    started.SetResult(Process.Start(start)!);
                }
                catch (Exception e)
                {
                    started.SetException(e);
                }
            });
            return started.Task.GetAwaiter().GetResult();
        }

        private static void Run()
        {
            foreach (Action action in Work.GetConsumingEnumerable())
                action();
        }
    }
}
