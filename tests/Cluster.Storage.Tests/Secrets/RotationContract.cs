using Cluster.Storage.Certificates;
using Cluster.Storage.Installation;
using Cluster.Storage.Secrets;
using Cluster.Storage.Tests.Databases;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Cluster.Storage.Tests.Secrets;

/// <summary>What every database promises about the rotation of the key-encryption key.</summary>
public abstract class RotationContract(TestDatabase database)
{
    private static CancellationToken Ct => TestDatabase.Ct;

    [Fact]
    public async Task Every_secret_opens_with_the_new_key_alone_and_destroyed_keys_stay_destroyed()
    {
        var old = database.Get<KekRing>().Current;
        var cluster = await database.AddClusterAsync();
        await AddKeysAsync(cluster.Id, 450);
        var fresh = Kek.Create();
        var rotation = new KekRotation(database.Database, new EnvelopeCipher(new KekRing(fresh, old)));

        (await rotation.PassAsync(Ct)).ShouldBe(452);
        (await rotation.PassAsync(Ct)).ShouldBe(0);

        (await rotation.KeksInUseAsync(Ct)).ShouldBe([fresh.Id]);
        var alone = new EnvelopeCipher(new KekRing(fresh));
        var keys = await database.Database.ReadAsync((db, ct) => db.Keys.Where(k => k.ClusterId == cluster.Id).ToListAsync(ct), Ct);
        keys.Count(k => k.Sealed is null).ShouldBe(1);
        foreach (var key in keys.Where(k => k.Sealed is not null)) alone.Open(key.Sealed!, Context(key)).ShouldBe(key.Id.ToByteArray());
        new InstallationKeys().Load(await database.Database.ReadAsync((db, ct) => db.Installations.SingleAsync(ct), Ct), alone);
    }

    private static SealContext Context(StoredKey key) => new(SealKinds.CertificateKey, key.ClusterId, key.Id, key.PublicKeySha256);

    private Task AddKeysAsync(Guid clusterId, int count) => database.Database.WriteAsync(
        clusterId,
        (db, _) =>
        {
            for (var i = 0; i <= count; i++)
            {
                var key = new StoredKey
                {
                    Id = Guid.CreateVersion7(), ClusterId = clusterId, PublicKeySha256 = i.ToString("x64"),
                    Algorithm = "ec", Size = 256, CreatedAt = TimeProvider.System.GetUtcNow(),
                };
                if (i > 0) key.Sealed = database.Cipher.Seal(key.Id.ToByteArray(), Context(key));
                db.Keys.Add(key);
            }

            return Task.FromResult(0);
        },
        Ct);
}

public sealed class RotationOnSqlite(SqliteDatabase database) : RotationContract(database), IClassFixture<SqliteDatabase>;

public sealed class RotationOnPostgreSql(PostgreSqlDatabase database) : RotationContract(database), IClassFixture<PostgreSqlDatabase>;
