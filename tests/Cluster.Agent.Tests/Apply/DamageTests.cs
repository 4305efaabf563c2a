using Cluster.Agent.Tests.Hosts;
using Cluster.Agent.Tests.ManagerSide;
using Cluster.Testing;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Apply;

public sealed class DamageTests
{
    [Theory]
    [InlineData("apply/membership.json", "directory")]
    [InlineData("apply/membership.json", "truncated")]
    [InlineData("apply/assignment", "flipped")]
    [InlineData("apply/services/mail.json", "truncated")]
    [InlineData("apply/trust-set", "flipped")]
    [InlineData("apply/journal/mail.json", "garbage")]
    [InlineData("session/identity.json", "mode")]
    [InlineData("session/identity.json", "flipped")]
    public async Task Damaged_state_is_reported_and_services_stay_untouched(string file, string damage)
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = await PushTests.JoinedAsync(manager);
        manager.Fleet.Assign(PushTests.One(TestHost.Part(manager)));
        host.Start();
        await PushTests.VerifiedAsync(manager, host, number: 1);
        await host.StopAsync();
        var before = FileTree.Describe(host.ConfigDirectory());
        Damage(host.InState(file), damage);

        host.Start();
        await Eventually.Is(
            async () =>
            {
                var status = await host.StatusAsync();
                return status["running"]!.GetValue<bool>()
                    && (status["problem"]?.ToString() + status["connection"]?["problem"]).Contains(
                        Path.GetFileName(file), StringComparison.Ordinal);
            },
            "the damage is named");
        host.Running.HasExited.ShouldBeFalse();
        FileTree.Describe(host.ConfigDirectory()).ShouldBe(before);
        await host.StopAsync();
    }

    [Theory]
    [InlineData("flipped")]
    [InlineData("truncated")]
    [InlineData("directory")]
    public async Task Damaged_content_is_had_again(string how)
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = await PushTests.JoinedAsync(manager);
        manager.Fleet.Assign(PushTests.One(TestHost.Part(manager)));
        host.Start();
        await PushTests.VerifiedAsync(manager, host, number: 1);
        await host.StopAsync();
        var files = Directory.GetFiles(host.InState("apply/keys")).Concat(Directory.GetFiles(host.InState("apply/parts")))
            .ToDictionary(f => f, File.ReadAllBytes);
        files.Count.ShouldBe(2);
        foreach (var file in files.Keys) Damage(file, how);

        host.Start();
        await Eventually.Is(
            () => files.All(f => File.Exists(f.Key) && File.ReadAllBytes(f.Key).SequenceEqual(f.Value)), "all of it is here again");
        await host.StopAsync();
    }

    private static void Damage(string file, string how)
    {
        switch (how)
        {
            case "garbage":
                File.WriteAllText(file, "{}");
                break;
            case "directory":
                File.Delete(file);
                Directory.CreateDirectory(file);
                break;
            case "truncated":
                using (var stream = new FileStream(file, FileMode.Open)) stream.SetLength(stream.Length / 2);
                break;
            case "flipped":
                var bytes = File.ReadAllBytes(file);
                bytes[^5] ^= 0x20;
                File.WriteAllBytes(file, bytes);
                break;
            default:
                File.SetUnixFileMode(file, UnixFileMode.None);
                break;
        }
    }
}
