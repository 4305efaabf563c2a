using System.Text.Json;
using Cluster.Pki.Keys;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Keys;

public sealed class PrivateKeyMaterialTests
{
    public static TheoryData<KeyAlgorithm, int> Kinds => new(KeySpecification.All.Select(k => (k.Algorithm, k.Size)));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_key_signs_and_survives_pkcs8(KeyAlgorithm algorithm, int size)
    {
        using var key = PrivateKeyMaterial.Generate(new KeySpecification(algorithm, size));
        key.Algorithm.ShouldBe(algorithm);
        key.Size.ShouldBe(size);

        using var again = PrivateKeyMaterial.TryReadPkcs8(key.ExportPkcs8()).ShouldNotBeNull();
        again.PublicKeySha256.ShouldBe(key.PublicKeySha256);
        var signature = again.Sign("statement"u8);
        key.Public.Verify("statement"u8, signature).ShouldBeTrue();
        key.Public.Verify("another"u8, signature).ShouldBeFalse();
    }

    [Fact]
    public void A_p256_signature_is_der()
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        key.Sign("statement"u8)[0].ShouldBe((byte)0x30);
    }

    [Fact]
    public void A_key_shows_itself_neither_in_text_nor_in_json()
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        $"{key}".ShouldBe($"[private key Ec 256 {key.PublicKeySha256}]");
        Should.Throw<NotSupportedException>(() => JsonSerializer.Serialize(key));
    }

    [Fact]
    public void A_disposed_key_is_gone()
    {
        var key = PrivateKeyMaterial.Generate(KeySpecification.Ed25519);
        key.Dispose();
        Should.Throw<ObjectDisposedException>(() => key.ExportPkcs8());
    }

    [Fact]
    public void Garbage_is_no_key()
    {
        PrivateKeyMaterial.TryReadPkcs8([]).ShouldBeNull();
        PrivateKeyMaterial.TryReadPkcs8(new byte[64]).ShouldBeNull();
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        PrivateKeyMaterial.TryReadPkcs8([.. key.ExportPkcs8(), 0]).ShouldBeNull();
    }

    [Fact]
    public void Other_kinds_are_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => PrivateKeyMaterial.Generate(new KeySpecification(KeyAlgorithm.Rsa, 1024)));
}
