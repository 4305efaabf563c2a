using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.LdapClient;
using Cluster.Testing;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Generations;

public sealed class HostFileTests : IDisposable
{
    private readonly TestDirectory files = new("host-files");

    public void Dispose() => files.Dispose();

    [Fact]
    public async Task Nobody_waits_for_a_pipe()
    {
        await NamedPipe.MakeAsync(files["pipe"]);

        (await FaultAsync(() => HostFile.Read(files["pipe"]))).Message.ShouldContain("Put a regular file in its place");
        HostFile.Find(files["pipe"]).ShouldBeNull();
        await FaultAsync(() => HostText.Read(files["pipe"]));
    }

    [Fact]
    public async Task A_device_that_never_ends_is_not_read()
    {
        await FaultAsync(() => HostFile.Read("/dev/zero"));
        File.CreateSymbolicLink(files["zero"], "/dev/zero");
        HostFile.Find(files["zero"]).ShouldBeNull();
    }

    [Fact]
    public void A_file_is_read_whole_or_not_at_all()
    {
        File.WriteAllText(files["table"], "12345");
        File.CreateSymbolicLink(files["link"], files["table"]);

        HostFile.Find(files["table"], longest: 5)!.Length.ShouldBe(5);
        HostFile.Find(files["table"], longest: 4).ShouldBeNull();
        HostFile.Read(files["link"]).ShouldBe("12345"u8.ToArray());
        Should.Throw<IOException>(() => HostFile.OpenUnlinked(files["link"]));
        HostFile.OpenUnlinked(files["none"]).ShouldBeNull();
        Should.Throw<FileNotFoundException>(() => HostFile.Read(files["none"]));
        Should.Throw<FileNotFoundException>(() => HostFile.Read(files.Path));
    }

    private static Task<IOException> FaultAsync(Func<object?> read) =>
        Task.Run(() => Should.Throw<IOException>(() => read())).WaitAsync(Patience.Answer, TestContext.Current.CancellationToken);
}
