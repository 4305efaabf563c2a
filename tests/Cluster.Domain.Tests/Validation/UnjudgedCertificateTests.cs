using Cluster.Contracts.Findings;
using Cluster.Contracts.Settings;
using Cluster.Domain.Bundles;
using Cluster.Domain.Validation;
using Cluster.Pki.Issuing;
using Cluster.Pki.Keys;
using Cluster.Pki.Requests;
using Shouldly;
using Xunit;

namespace Cluster.Domain.Tests.Validation;

/// <summary>A certificate that cannot be judged does not keep the others from it.</summary>
public sealed class UnjudgedCertificateTests : IDisposable
{
    private readonly PrivateKeyMaterial key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);

    [Fact]
    public void What_cannot_be_read_is_a_finding_and_the_others_are_judged()
    {
        RequestedNames.Check(null, ["mx.example.org"], null, out var names).ShouldBeEmpty();
        var own = SelfSigned.Create(key, names!, Make.Now, TimeSpan.FromDays(90));
        var found = Validate(new Dictionary<string, CertificateContent>
        {
            ["broken"] = Content(new byte[] { 0x30, 0x00 }, []),
            ["torn"] = Content(own.Der, [own.Der, new byte[] { 0x30, 0x00 }]),
            ["whole"] = Content(own.Der, []),
        });
        found.Where(f => f.Code == "not-judged").Select(f => f.Name).ShouldBe(["broken", "torn"]);
        found.First(f => f.Name == "torn" && f.Code == "not-judged").Message.ShouldContain("1 of the intermediates");
        found.ShouldContain(f => f.Name == "whole" && f.Code == "self-signed");
        found.ShouldContain(f => f.Name == "torn" && f.Code == "self-signed");
        found.Where(f => f.Code == "not-judged").ShouldAllBe(f => f.Severity == FindingSeverity.Warning);
    }

    [Fact]
    public void Who_is_gone_ends_a_validation_of_many_as_what_it_is()
    {
        using var gone = new CancellationTokenSource();
        gone.Cancel();
        var contents = Enumerable.Range(0, 50).ToDictionary(i => $"c{i}", _ => Content(new byte[1], []));
        Should.Throw<OperationCanceledException>(
            () => Validate(contents, (_, _, _, _) => throw new OperationCanceledException(gone.Token)));
    }

    public void Dispose() => key.Dispose();

    private CertificateContent Content(ReadOnlyMemory<byte> leaf, IReadOnlyList<ReadOnlyMemory<byte>> chain) => new()
    {
        Leaf = leaf,
        Chain = chain,
        Sha256 = "00",
        PublicKeySha256 = key.PublicKeySha256,
        HasPrivateKey = false,
    };

    private static IReadOnlyList<Finding> Validate(
        Dictionary<string, CertificateContent> contents, CertificateEvaluator? evaluate = null)
    {
        var items = contents.Keys.Select(name => Make.Item(Kinds.Certificates, name, """{"version":1}"""));
        var input = new ValidationInput
        {
            Configuration = new(Make.Snapshot(items), Make.Fleet()),
            Certificates = (_, _, name, _) => contents.GetValueOrDefault(name),
            Now = Make.Now,
        };
        return ConfigurationValidator.Validate(evaluate is null ? input : input with { Evaluate = evaluate });
    }
}
