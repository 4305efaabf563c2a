using Cluster.Testing.Processes;

namespace Cluster.Testing.Fleets;

/// <summary>A small file system in memory that can be filled up.</summary>
public sealed class SmallDisk : IDisposable
{
    private const int Files = 400;

    private readonly TestDirectory directory = new("disk");

    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        var disk = new SmallDisk();
        string[] mount = ["-t", "tmpfs", "-o", $"size={megabytes}m,nr_inodes={Files},mode=755", "tmpfs", disk.directory.Path];
        (await Command.RunAsync("/bin/mount", mount)).Ok();
        return disk;
    }

    public string Make(string relative) => directory.Make(relative);

    /// <summary>Leaves room for nothing, empty files and links included.</summary>
    public void Fill()
    {
        FillBlocks();
        Directory.CreateDirectory(Crowd);
        try
        {
            for (var number = 0; number < Files; number++) File.WriteAllBytes(Path.Combine(Crowd, $"{number}"), []);
        }
        catch (IOException)
        {
            // As below: there is not one more name.
        }
    }

    /// <summary>Makes room again.</summary>
    public void Free()
    {
        File.Delete(directory["filler"]);
        Directory.Delete(Crowd, recursive: true);
    }

    /// <summary>Takes writes, or refuses them.</summary>
    public async Task RemountAsync(bool writable) =>
        (await Command.RunAsync("/bin/mount", ["-o", $"remount,{(writable ? "rw" : "ro")}", directory.Path])).Ok();

    private string Crowd => directory["crowd"];

    private void FillBlocks()
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

    public void Dispose()
    {
        using var unmount = System.Diagnostics.Process.Start("/bin/umount", ["-l", directory.Path]);
        unmount.WaitForExit();
        directory.Dispose();
    }
}
