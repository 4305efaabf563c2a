using Cluster.Testing;
using Cluster.Testing.Postfix;
using Cluster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests.Fixtures;

/// <summary>The instance that other tests stand on behaves like a Postfix of an administrator.</summary>
public sealed class PostfixInstanceTests
{
    [Fact]
    public async Task An_instance_takes_mail_for_another_and_counts_its_reloads()
    {
        Assert.SkipWhen(Host.WhyNoPostfix.Length > 0, Host.WhyNoPostfix);
        await using var receiver = await PostfixInstance.StartNewAsync(new() { Name = "to", Domains = ["to.example.test"] });
        await using var sender = await PostfixInstance.StartNewAsync(
            new() { Name = "from", Routes = new Dictionary<string, string> { ["to.example.test"] = $"127.0.0.1:{receiver.Port}" } });

        (await SmtpProbe.OffersStartTlsAsync(receiver.Port)).ShouldBeFalse();
        (await SmtpProbe.MailInClearAsync(receiver.Port)).ShouldStartWith("250");
        await sender.SendAsync("a@from.example.test", "b@to.example.test");
        (await sender.LogLineAsync("to=<b@to.example.test>")).ShouldContain("status=sent");

        receiver.Reloads.ShouldBe(0);
        var before = receiver.Snapshot();
        await receiver.ReloadAsync();
        await Eventually.Is(() => receiver.Reloads == 1, "the reload is logged");
        receiver.Snapshot().ShouldBe(before);

        await receiver.KillAsync();
        receiver.MasterPid.ShouldBe(0);
    }
}
