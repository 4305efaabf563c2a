using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Chains;
using Cluster.Pki.Findings;
using Cluster.Pki.Issuing;
using Cluster.Pki.Keys;
using Cluster.Testing.Authorities;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Findings;

/// <summary>What a certificate may be used for, now and after its renewal, and how long its life is.</summary>
public sealed class UseRuleTests : IDisposable
{
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 4, 0, 0, TimeSpan.Zero);
    private readonly TestCa ca = new("One", Now);
    private readonly PrivateKeyMaterial key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);

    private IssueOrder Order => ca.Leaf(key.Public, ["mx.example.org"], TimeSpan.FromDays(90));

    [Theory]
    [InlineData("1.3.6.1.5.5.7.3.3", "codeSigning only")]
    [InlineData("1.3.6.1.5.5.7.3.3,1.3.6.1.5.5.7.3.4", "codeSigning, emailProtection only")]
    [InlineData("1.3.6.1.5.5.7.3.2", null)]
    [InlineData("1.3.6.1.5.5.7.3.3,2.5.29.37.0", null)]
    [InlineData("", null)]
    public void Usages_that_suit_no_binding_are_told_before_one_is_made(string usages, string? because)
    {
        var order = Order with { ExtendedKeyUsage = usages.Split(',', StringSplitOptions.RemoveEmptyEntries) };
        var found = Evaluate(order, BindingRole.None);
        if (because is null) found.ShouldBeEmpty();
        else found.ShouldHaveSingleItem().Message.ShouldContain(because);
        if (because is null) return;
        (found[0].Code, found[0].Severity).ShouldBe(("usage-without-binding", PkiSeverity.Warning));
        // In a place it is the error of that place.
        Evaluate(order, BindingRole.Server).Select(f => f.Code).ShouldBe(["extended-key-usage"]);
    }

    [Fact]
    public void An_rsa_key_that_only_enciphers_can_still_be_bound()
    {
        using var rsa = PrivateKeyMaterial.Generate(KeySpecification.Rsa2048);
        var order = Order with { PublicKey = rsa.Public, KeyUsage = X509KeyUsageFlags.KeyEncipherment };
        Evaluate(order, BindingRole.None).ShouldBeEmpty();
        Evaluate(order with { PublicKey = key.Public }, BindingRole.None).ShouldHaveSingleItem().Code.ShouldBe("usage-without-binding");
    }

    [Fact]
    public void A_client_certificate_of_a_public_authority_says_that_its_successor_will_not_do()
    {
        var atPublic = new TrustAnchors([], useSystem: true, [ca.Root]);
        var finding = Evaluate(Order, BindingRole.Client, atPublic).ShouldHaveSingleItem();
        (finding.Code, finding.Severity).ShouldBe(("public-client-use-ends", PkiSeverity.Warning));
        finding.Message.ShouldContain(ca.Root.Subject);
        finding.Message.ShouldContain("2026-06-15");
        finding.Message.ShouldContain("2027-03-15");
        finding.Hint.ShouldContain("private authority");
        finding.Hint.ShouldContain("of its own for outgoing connections");

        Evaluate(Order, BindingRole.Server, atPublic).ShouldBeEmpty();
        // An authority that the cluster trusts by itself may go on as it likes, also when the hosts trust it.
        Evaluate(Order, BindingRole.Client, new TrustAnchors([ca.Root], useSystem: true, [ca.Root])).ShouldBeEmpty();
        Evaluate(Order with { ExtendedKeyUsage = [ServerAuth] }, BindingRole.Client, atPublic)
            .ShouldHaveSingleItem().Code
            .ShouldBe("extended-key-usage");
    }

    [Theory]
    [InlineData(6, 3.9, 4.1)]
    [InlineData(45, 29.9, 30.1)]
    [InlineData(47, 31.3, 31.4)]
    [InlineData(90, 59.9, 60.1)]
    [InlineData(200, 169.9, 170.1)]
    public void Soon_is_a_third_of_the_life_and_at_most_30_days(int life, double silent, double said)
    {
        IReadOnlyList<string> At(double day, BindingRole role) =>
            [.. Evaluate(Order with { NotBefore = Now, NotAfter = Now.AddDays(life) }, role, now: Now.AddDays(day)).Select(f => f.Code)];
        At(0, BindingRole.Server).ShouldBeEmpty();
        At(silent, BindingRole.Server).ShouldBeEmpty();
        At(said, BindingRole.None).ShouldBe(["certificate-expires-soon"]);
        At(said, BindingRole.Server).ShouldBe(["certificate-expires-soon", "deployed-certificate-expires"]);
    }

    [Theory]
    [InlineData(12.5 * 24, "in 12 days")]
    [InlineData(49, "in 2 days")]
    [InlineData(47.5, "in 47 hours")]
    [InlineData(1.5, "in 1 hour")]
    [InlineData(0.5, "in less than an hour")]
    public void What_is_left_is_told_in_days_and_at_last_in_hours(double hours, string words)
    {
        var end = Now.AddDays(90);
        var left = TimeSpan.FromHours(hours);
        Message(end - left).ShouldContain($"Expires on {end:u}, {words}.");
        // Until then, and no longer, it says the same.
        var holds = RenewalWindow.Holds(left);
        Message(end - left + holds - TimeSpan.FromTicks(1)).ShouldBe(Message(end - left));
        if (hours > 1) Message(end - left + holds).ShouldNotBe(Message(end - left));

        string Message(DateTimeOffset now) =>
            Evaluate(Order with { NotAfter = end }, BindingRole.None, now: now).ShouldHaveSingleItem().Message;
    }

    [Theory]
    [InlineData("2026-03-14", 398)]
    [InlineData("2026-03-15", 200)]
    [InlineData("2027-03-14", 200)]
    [InlineData("2027-03-15", 100)]
    [InlineData("2029-03-14", 100)]
    [InlineData("2029-03-15", 47)]
    public void The_longest_life_is_that_of_the_day_of_issue(string day, int limit)
    {
        var begin = DateTimeOffset.Parse($"{day}T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture);
        IEnumerable<string> Living(int days) =>
            Evaluate(Order with { NotBefore = begin, NotAfter = begin.AddDays(days) }, BindingRole.Server, now: begin).Select(f => f.Code);
        Living(limit).ShouldNotContain("lifetime-too-long");
        Living(limit + 1).ShouldContain("lifetime-too-long");
    }

    public void Dispose()
    {
        ca.Dispose();
        key.Dispose();
    }

    private IReadOnlyList<CertificateFinding> Evaluate(
        IssueOrder order, BindingRole role, TrustAnchors? trust = null, DateTimeOffset? now = null) =>
        CertificateFindings.Evaluate(new FindingContext
        {
            Certificate = ca.Issue(order),
            Intermediates = [ca.Intermediate],
            Now = now ?? Now,
            Role = role,
            HostNames = ["mx.example.org"],
            Public = true,
            Trust = trust ?? (now is null ? new TrustAnchors([ca.Root], useSystem: false) : null),
        });
}
