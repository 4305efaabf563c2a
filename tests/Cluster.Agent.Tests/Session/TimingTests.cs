using Cluster.Agent.Session;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Session;

public sealed class TimingTests
{
    private static readonly DateTimeOffset Issued = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Backoff_grows_with_full_jitter_and_shrinks_only_after_a_healthy_minute()
    {
        var longest = new Backoff(() => 1);
        longest.Next(TimeSpan.Zero).ShouldBe(TimeSpan.FromSeconds(1));
        longest.Next(TimeSpan.FromSeconds(59)).ShouldBe(TimeSpan.FromSeconds(2));
        for (var i = 0; i < 20; i++) longest.Next(TimeSpan.Zero);
        longest.Next(TimeSpan.Zero).ShouldBe(TimeSpan.FromMinutes(2));
        longest.Next(TimeSpan.FromMinutes(1)).ShouldBe(TimeSpan.FromSeconds(1));
        new Backoff(() => 0).Next(TimeSpan.Zero).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Identities_are_renewed_at_half_life_with_jitter_whatever_they_are_dated_back()
    {
        var notBefore = Issued.AddHours(-48);
        var notAfter = Issued.AddDays(30);
        IdentityNeeds.RenewAt(notBefore, notAfter, jitter: 0.5, directed: null).ShouldBe(Issued.AddDays(15));
        IdentityNeeds.RenewAt(notBefore, notAfter, jitter: 0, directed: null).ShouldBe(Issued.AddDays(13.5));
        IdentityNeeds.Of(notBefore, notAfter, Issued.AddDays(14), 0.5, null).ShouldBe(IdentityNeed.None);
        IdentityNeeds.Of(notBefore, notAfter, Issued.AddDays(15), 0.5, null).ShouldBe(IdentityNeed.Renew);
        IdentityNeeds.Of(notBefore, notAfter, notAfter, 0.5, null).ShouldBe(IdentityNeed.Recover);
        IdentityNeeds.Of(notBefore, notAfter, Issued.AddDays(2), 0.5, Issued.AddDays(1)).ShouldBe(IdentityNeed.Renew);
    }
}
