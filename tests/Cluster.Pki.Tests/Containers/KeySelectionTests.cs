using System.Text;
using Cluster.Pki.Containers;
using Cluster.Pki.Keys;
using Cluster.Testing.Authorities;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Containers;

public sealed class KeySelectionTests : IDisposable
{
    private readonly TestCa ca = new();
    private readonly PrivateKeyMaterial one = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
    private readonly PrivateKeyMaterial two = PrivateKeyMaterial.Generate(KeySpecification.EcP256);

    [Fact]
    public void The_only_key_with_a_certificate_is_taken() =>
        Select(one.ExportPem() + two.ExportPem() + Leaf(two)).Value.ShouldNotBeNull().PublicKeySha256.ShouldBe(two.PublicKeySha256);

    [Fact]
    public void Several_keys_need_a_choice()
    {
        var text = one.ExportPem() + two.ExportPem() + Leaf(one) + Leaf(two);
        var error = Select(text).Error.ShouldNotBeNull();
        error.Code.ShouldBe(KeySelection.ChooseKey);
        error.Hint.ShouldContain(one.PublicKeySha256);
        Select(text, one.PublicKeySha256).Value.ShouldNotBeNull().PublicKeySha256.ShouldBe(one.PublicKeySha256);
        Select(text, "00").Error.ShouldNotBeNull().Code.ShouldBe(KeySelection.KeyNotFound);
    }

    [Fact]
    public void A_missing_key_and_a_missing_certificate_are_different()
    {
        Select(Leaf(one)).Error.ShouldNotBeNull().Code.ShouldBe(KeySelection.NoPrivateKey);
        Select(one.ExportPem() + Leaf(two)).Error.ShouldNotBeNull().Code.ShouldBe(KeySelection.NoCertificateForKey);
    }

    public void Dispose()
    {
        ca.Dispose();
        one.Dispose();
        two.Dispose();
    }

    private string Leaf(PrivateKeyMaterial key) => ca.IssueFor(key.Public, "a.example.org").ToPem();

    private static PkiResult<PrivateKeyMaterial> Select(string text, string? choice = null) =>
        KeySelection.Select(CertificateReader.Read(Encoding.ASCII.GetBytes(text)), choice);
}
