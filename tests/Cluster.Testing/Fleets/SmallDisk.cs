using Cluster.Testing.Processes;

namespace Cluster.Testing.Fleets;

/// <summary>A small file system in memory that can be filled up.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly TestDirectory directory = new("disk");

    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        var disk = new SmallDisk();
        (await Command.RunAsync("/bin/mount", ["-t", "tmpfs", "-o", $"size={megabytes}m,mode=755", "tmpfs", disk.directory.Path])).Ok();
        return disk;
    }

    public string Make(string relative) => directory.Make(relative);

    public void Fill()
    {
        using var file = File.Create(directory["filler"]);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(block);
                file.Flush();
            }
        }
        catch (IOException)
        {
            // That is what was wanted: not a block is left.
        }
    }

    public void Free() => File.Delete(directory["filler"]);

    public void Dispose()
    {
        using var unmount = System.Diagnostics.Process.Start("/bin/umount", ["-l", directory.Path]);
        unmount.WaitForExit();
        directory.Dispose();
    }
}
