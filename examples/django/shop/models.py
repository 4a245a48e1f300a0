from django.db import models


class User(models.Model):
    """Signs in elsewhere; the shop keeps a row for each."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)


class Product(models.Model):
    name = models.CharField(max_length=200)
    sku = models.CharField(max_length=64, null=True)
    price_cents = models.PositiveIntegerField()
    stock = models.PositiveIntegerField(default=0)


class Order(models.Model):
    class Status(models.TextChoices):
        PENDING = 'pending'
        PAID = 'paid'
        SHIPPED = 'shipped'
        CANCELLED = 'cancelled'

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name='orders')
    products = models.ManyToManyField(Product, through='OrderItem')
    status = models.CharField(max_length=16, choices=Status, default=Status.PENDING, db_default=Status.PENDING)
    total_cents = models.PositiveIntegerField()
    shipping_address = models.TextField()
    gift_note = models.TextField(null=True)
    placed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=['user', '-placed_at'], name='order_user_placed_idx')]


class OrderItem(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name='items')
    product = models.ForeignKey(Product, on_delete=models.PROTECT)
    quantity = models.PositiveIntegerField()
    price_cents = models.PositiveIntegerField()


class Payment(models.Model):
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name='payments')
    amount_cents = models.PositiveIntegerField()
    paid_at = models.DateTimeField(null=True)
