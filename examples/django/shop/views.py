from django.http import HttpRequest, JsonResponse

from shop.orders import list_orders


def orders(request: HttpRequest, user_id: int) -> JsonResponse:
    found = list_orders(user_id)[:50]
    return JsonResponse({
        'orders': [
            {
                'id': order.id,
                'status': order.status,
                'total_cents': order.total_cents,
                'items': [{'product': item.product.name, 'quantity': item.quantity} for item in order.items.all()],
            }
            for order in found
        ]
    })
