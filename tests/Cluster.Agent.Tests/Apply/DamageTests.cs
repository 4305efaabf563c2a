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

    [Fact]
    public async Task Damaged_content_is_fetched_again()
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = await PushTests.JoinedAsync(manager);
        manager.Fleet.Assign(PushTests.One(TestHost.Part(manager)));
        host.Start();
        await PushTests.VerifiedAsync(manager, host, number: 1);
        await host.StopAsync();
        foreach (var file in Directory.EnumerateFiles(host.InState("apply/keys"))
            .Concat(Directory.EnumerateFiles(host.InState("apply/parts"))))
            Damage(file, "flipped");
        var asked = manager.Fleet.Calls.Count(c => c.StartsWith("content", StringComparison.Ordinal));
        host.Start();
        await Eventually.Is(() => manager.Fleet.Calls.Count(c => c.StartsWith("content", StringComparison.Ordinal)) > asked, "asked again");
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
