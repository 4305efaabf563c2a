using System.Diagnostics;
using Cluster.Contracts.Files;
using Cluster.Testing;
using Shouldly;
using Xunit;

namespace Cluster.Storage.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TestDirectory directory = new("atomic");

    public void Dispose() => directory.Dispose();

    [Fact]
    public void No_file_is_made_that_runs_with_the_rights_of_its_owner()
    {
        Should.Throw<ArgumentException>(() => AtomicFile.Write(directory["a"], "x"u8, AtomicFile.Private | UnixFileMode.SetUser));
        Should.Throw<ArgumentException>(() => AtomicFile.TryCreate(directory["a"], "x"u8, AtomicFile.Private | UnixFileMode.SetGroup));
        Should.Throw<ArgumentException>(() => AtomicFile.Write(directory["a"], "x"u8, AtomicFile.Private | UnixFileMode.StickyBit));

        Directory.EnumerateFileSystemEntries(directory.Path).ShouldBeEmpty();
    }

    [Fact]
    public void A_new_file_is_private()
    {
        AtomicFile.Write(directory["secret"], "one"u8);

        File.ReadAllText(directory["secret"]).ShouldBe("one");
        File.GetUnixFileMode(directory["secret"]).ShouldBe(AtomicFile.Private);
        Names().ShouldBe(["secret"]);
    }

    [Fact]
    public void A_replaced_file_has_the_new_mode_and_another_inode()
    {
        File.WriteAllText(directory["secret"], "old");
        File.SetUnixFileMode(directory["secret"], (UnixFileMode)0b110_110_110);
        using var before = File.OpenRead(directory["secret"]);

        AtomicFile.Write(directory["secret"], "new"u8, UnixFileMode.UserRead | UnixFileMode.GroupRead);

        new StreamReader(before).ReadToEnd().ShouldBe("old");
        File.ReadAllText(directory["secret"]).ShouldBe("new");
        File.GetUnixFileMode(directory["secret"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.GroupRead);
    }

    [Fact]
    public void What_a_crash_left_is_swept_and_nothing_of_others()
    {
        foreach (var name in new[] { ".tmp-0123456789abcdef", ".tmp-0123456789abcdeg", ".tmp-mine", "kept" })
            File.WriteAllText(directory[name], "x");

        AtomicFile.Sweep(directory.Path);

        Names().ShouldBe([".tmp-0123456789abcdeg", ".tmp-mine", "kept"], ignoreOrder: true);
    }

    [Fact]
    public void A_failed_rename_leaves_the_old_file_and_nothing_else()
    {
        Directory.CreateDirectory(directory["secret"]);
        File.WriteAllText(directory["secret/inside"], "x");

        Should.Throw<IOException>(() => AtomicFile.Write(directory["secret"], "new"u8));

        File.ReadAllText(directory["secret/inside"]).ShouldBe("x");
        Names().ShouldBe(["secret"]);
    }

    [Fact]
    public void What_exists_is_never_created_again()
    {
        AtomicFile.TryCreate(directory["kek"], "one"u8).ShouldBeTrue();
        AtomicFile.TryCreate(directory["kek"], "two"u8).ShouldBeFalse();

        File.ReadAllText(directory["kek"]).ShouldBe("one");
        Names().ShouldBe(["kek"]);
    }

    [Fact]
    public async Task Of_many_creators_one_wins()
    {
        var wins =
            await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => AtomicFile.TryCreate(directory["kek"], [(byte)i]))));

        wins.Count(w => w).ShouldBe(1);
        File.ReadAllBytes(directory["kek"])[0].ShouldBe((byte)Array.IndexOf(wins, true));
        Names().ShouldBe(["kek"]);
    }

    [Fact]
    public void A_file_can_belong_to_another_user()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root to give files away");
        AtomicFile.Write(directory["owned"], "x"u8, AtomicFile.Private, new FileOwner(65534, 65534));
        using var stat =
            Process.Start(new ProcessStartInfo("/usr/bin/stat", ["-c", "%u:%g", directory["owned"]]) { RedirectStandardOutput = true })!;
        stat.StandardOutput.ReadToEnd().Trim().ShouldBe("65534:65534");
    }

    [Fact]
    public void A_full_disk_leaves_the_old_file_and_nothing_else()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root to mount a small tmpfs");
        var small = directory.Make("small");
        Run("/bin/mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small).ShouldBe(0);
        try
        {
            AtomicFile.Write(Path.Combine(small, "secret"), "old"u8);
            Should.Throw<IOException>(() => AtomicFile.Write(Path.Combine(small, "secret"), new byte[256 * 1024]));
            File.ReadAllText(Path.Combine(small, "secret")).ShouldBe("old");
            Directory.EnumerateFileSystemEntries(small).ShouldBe([Path.Combine(small, "secret")]);
        }
        finally
        {
            Run("/bin/umount", small);
        }
    }

    private static int Run(string file, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments))!;
        process.WaitForExit();
        return process.ExitCode;
    }

    private IEnumerable<string> Names() => Directory.EnumerateFileSystemEntries(directory.Path).Select(p => Path.GetFileName(p)!);
}
