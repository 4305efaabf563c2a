using Cluster.Storage.Installation;
using Cluster.Storage.Secrets;
using Cluster.Testing;
using Shouldly;
using Xunit;

namespace Cluster.Storage.Tests.Secrets;

public sealed class EnvelopeTests
{
    private static readonly byte[] Secret = "the private key"u8.ToArray();
    private static readonly SealContext Place = new(
        SealKinds.CertificateKey, Guid.CreateVersion7(), Guid.CreateVersion7(), new string('a', 64));

    [Fact]
    public void What_was_sealed_opens_in_its_place()
    {
        var cipher = new EnvelopeCipher(new KekRing(Kek.Create()));
        cipher.Open(cipher.Seal(Secret, Place), Place).ShouldBe(Secret);
        cipher.Open(cipher.Seal([], Place), Place).ShouldBeEmpty();
    }

    [Fact]
    public void Two_seals_of_one_secret_have_nothing_in_common()
    {
        var cipher = new EnvelopeCipher(new KekRing(Kek.Create()));
        var (one, two) = (cipher.Seal(Secret, Place), cipher.Seal(Secret, Place));
        one.Skip(9).Zip(two.Skip(9)).Count(pair => pair.First == pair.Second).ShouldBeLessThan(8);
        Convert.ToHexString(one).ShouldNotContain(Convert.ToHexString(Secret));
    }

    public static TheoryData<SealContext> OtherPlaces =>
    [
        Place with { Kind = SealKinds.ControlKey },
        Place with { ClusterId = Guid.CreateVersion7() },
        Place with { ClusterId = null },
        Place with { RowId = Guid.CreateVersion7() },
        Place with { PublicKeySha256 = new string('b', 64) },
    ];

    [Theory]
    [MemberData(nameof(OtherPlaces))]
    public void In_another_place_it_does_not_open(SealContext other)
    {
        var cipher = new EnvelopeCipher(new KekRing(Kek.Create()));
        Should.Throw<SealedRecordException>(() => cipher.Open(cipher.Seal(Secret, Place), other));
    }

    [Fact]
    public void Every_flipped_bit_is_noticed()
    {
        var cipher = new EnvelopeCipher(new KekRing(Kek.Create()));
        var record = cipher.Seal(Secret, Place);
        for (var i = 0; i < record.Length; i++)
        {
            var damaged = (byte[])record.Clone();
            damaged[i] ^= 1;
            Should.Throw<SealedRecordException>(() => cipher.Open(damaged, Place), $"byte {i}");
        }

        Should.Throw<SealedRecordException>(() => cipher.Open(record.AsSpan(0, 20), Place));
    }

    [Fact]
    public void A_wrong_key_is_named_and_never_shown()
    {
        var record = new EnvelopeCipher(new KekRing(Kek.Create())).Seal(Secret, Place);
        var error = Should.Throw<SealedRecordException>(() => new EnvelopeCipher(new KekRing(Kek.Create())).Open(record, Place));
        error.Message.ShouldContain(EnvelopeCipher.KekIdOf(record));
    }

    [Fact]
    public void The_check_value_proves_the_key()
    {
        var right = new EnvelopeCipher(new KekRing(Kek.Create()));
        var keys = new InstallationKeys();
        var record = keys.Create(right, TimeProvider.System);

        Should.Throw<SealedRecordException>(() => new InstallationKeys().Load(record, new EnvelopeCipher(new KekRing(Kek.Create()))));
        var loaded = new InstallationKeys();
        loaded.Load(record, right);
        loaded.Audit.ShouldBe(keys.Audit);
        loaded.Audit.ShouldNotBe(loaded.Idempotency);
    }

    [Fact]
    public void Rotation_rewraps_and_the_old_key_is_needed_no_more()
    {
        var (old, fresh) = (Kek.Create(), Kek.Create());
        var record = new EnvelopeCipher(new KekRing(old)).Seal(Secret, Place);

        var rewrapped = new EnvelopeCipher(new KekRing(fresh, old)).Rewrap(record, Place);

        EnvelopeCipher.KekIdOf(rewrapped).ShouldBe(fresh.Id);
        new EnvelopeCipher(new KekRing(fresh)).Open(rewrapped, Place).ShouldBe(Secret);
        Should.Throw<SealedRecordException>(() => new EnvelopeCipher(new KekRing(old)).Open(rewrapped, Place));
    }

    [Fact]
    public void A_running_program_follows_the_file()
    {
        using var directory = new TestDirectory("kek");
        var source = KekSource.Find(null, null, null, directory["kek"]);
        source.TryCreate().ShouldBeTrue();
        source.TryCreate().ShouldBeFalse("a key is never replaced");
        File.GetUnixFileMode(directory["kek"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var running = new EnvelopeCipher(source.ToRing());
        var record = running.Seal(Secret, Place);

        var fresh = Kek.Create();
        Contracts.Files.AtomicFile.Write(directory["kek"], KekText.Write([fresh, .. source.Read()]));

        EnvelopeCipher.KekIdOf(running.Seal(Secret, Place)).ShouldBe(fresh.Id);
        running.Open(record, Place).ShouldBe(Secret);
    }

    [Fact]
    public void A_file_that_others_can_read_is_refused()
    {
        using var directory = new TestDirectory("kek");
        var source = KekSource.Find(null, null, null, directory["kek"]);
        source.TryCreate();
        File.SetUnixFileMode(directory["kek"], UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Should.Throw<SealedRecordException>(() => source.Read()).Message.ShouldContain("chmod");
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing")]
    [InlineData("AAAA")]
    [InlineData("not base64 at all !!")]
    public void A_malformed_key_is_refused_without_showing_it(string text)
    {
        var error = Should.Throw<FormatException>(() => KekText.Read(text));
        if (text.Length > 0) error.Message.ShouldNotContain(text);
    }

    [Fact]
    public void Keys_have_no_readable_form()
    {
        var kek = Kek.Create();
        kek.ToString().ShouldBe($"Kek {kek.Id}");
    }
}
