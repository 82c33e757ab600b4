using Magma.Vision;

// "read FILE": reads a video frame by frame, for ever; "write FILE": writes one, for ever. Tests start this and kill it.
if (args is ["read", var input])
{
    using VideoReader reader = VideoReader.Open(input);
    var frame = new byte[reader.FrameBytes];
    while (reader.Read(frame, out TimeSpan time))
    {
        Console.WriteLine(time);
        Thread.Sleep(200);
    }
}
else if (args is ["write", var output])
{
    using var image = new Image(new(64, 48));
    using var writer = new VideoWriter(output, image.Size, new(10));
    while (true)
    {
        writer.Write(image);
        Console.WriteLine("frame");
        Thread.Sleep(200);
    }
}
